/* SPDX-License-Identifier: ISC */
#include "xfer/papers_spread.h"

#include "format/limits.h"
#include "xfer/gather.h"
#include "xfer/papers.h"
#include "xfer/papers_list.h"

static int
spread_members(struct holders *holders, const struct digest *owner)
{
	struct members members;
	struct buf document = {0};
	int result = papers_newest(holders, owner, &document, &members);

	if (result == 0 && members.number > 0)
		result = papers_put(holders, STORE_MEMBERS, owner,
		    span_of_buf(&document));
	buf_release(&document);
	return result;
}

/* From the first holder that has it whole, to those that have it not. */
static int
spread_receipt(struct holders *holders, const struct digest *owner,
    const struct digest *id)
{
	struct store_key key = {STORE_RECEIPTS, *owner, *id};
	struct buf document = {0};
	int result = gather_document(holders, &key, &document);

	if (result == 1)
		result = papers_put(holders, STORE_RECEIPTS, owner,
		    span_of_buf(&document));
	buf_release(&document);
	return result < 0 ? -1 : 0;
}

/* Whether a usable holder lists fewer than there are. */
static bool
is_incomplete(struct holders *holders, const struct digest *owner, size_t all)
{
	struct buf ids = {0};
	struct holder *holder;
	size_t i, least = all;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		ids.size = 0;
		papers_list_one(holder, STORE_RECEIPTS, owner, &ids);
		digest_sort(&ids);
		if (holder_usable(holder) && holder->shelves > STORE_RECEIPTS &&
		    ids.size < least)
			least = ids.size;
	}
	buf_release(&ids);
	return least < all;
}

static int
spread_receipts(struct holders *holders, const struct digest *owner)
{
	struct buf ids = {0};
	struct digest id;
	size_t i;
	int result = 0;

	papers_list(holders, STORE_RECEIPTS, owner, &ids);
	if (!is_incomplete(holders, owner, ids.size))
		ids.size = 0;
	for (i = 0; result == 0 && i < ids.size; i += sizeof id) {
		id = digest_from(ids.data + i);
		result = spread_receipt(holders, owner, &id);
	}
	buf_release(&ids);
	return result;
}

int
papers_spread(struct holders *holders, const struct digest *owner)
{
	if (spread_members(holders, owner) != 0 ||
	    spread_receipts(holders, owner) != 0)
		return -1;
	return papers_commit(holders);
}
