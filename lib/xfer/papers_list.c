/* SPDX-License-Identifier: ISC */
#include "xfer/papers_list.h"

#include <stdlib.h>

#include "base/fail.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/gather.h"

struct lists {
	struct holders *holders;
	enum store_shelf shelf;
	const struct digest *owner;
	struct buf *ids; /* of each holder */
};

static bool
knows(const struct lists *lists, struct holder *holder)
{
	return holder_usable(holder) &&
	    holder->shelves > (unsigned)lists->shelf;
}

static void
list_one(void *context, struct holder *holder)
{
	const struct lists *lists = context;
	struct buf *ids = &lists->ids[holder - lists->holders->holder];

	if (knows(lists, holder) &&
	    holder_list(holder, lists->shelf, lists->owner, LIMIT_RECEIPTS,
		ids) != 0)
		ids->size = 0;
	digest_sort(ids);
}

/* All of them together. */
static int
merge(const struct lists *lists, struct buf *ids, size_t *fewest)
{
	size_t i, count, least = SIZE_MAX;

	for (i = 0; i < lists->holders->count; i++) {
		count = lists->ids[i].size / sizeof(struct digest);
		if (knows(lists, &lists->holders->holder[i]) && count < least)
			least = count;
		if (buf_append(ids, span_of_buf(&lists->ids[i])) != 0)
			return -1;
	}
	digest_sort(ids);
	*fewest = least < SIZE_MAX ? least : 0;
	return 0;
}

int
papers_list(struct holders *holders, enum store_shelf shelf,
    const struct digest *owner, struct buf *ids, size_t *fewest)
{
	struct lists lists = {holders, shelf, owner, NULL};
	size_t i;
	int result;

	lists.ids = calloc(holders->count, sizeof *lists.ids);
	if (lists.ids == NULL)
		return fail_errno("cannot get memory");
	result = holders_each(holders, list_one, &lists);
	if (result == 0)
		result = merge(&lists, ids, fewest);
	for (i = 0; i < holders->count; i++)
		buf_release(&lists.ids[i]);
	free(lists.ids);
	return result;
}

int
papers_list_get(struct holders *holders, const struct store_key *key,
    struct buf *document)
{
	bool without[ROSTER_PEERS];
	size_t i;

	for (i = 0; i < holders->count; i++)
		without[i] = !holder_has_papers(&holders->holder[i]);
	return gather_document(holders, key, without, document);
}
