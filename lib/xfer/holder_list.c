/* SPDX-License-Identifier: ISC */

/* All that a holder has on a shelf. */

#include "xfer/holder.h"

/* Ids being listed. */
struct listed_ids {
	struct buf *ids;
	size_t limit; /* bytes */
};

static int
list_id(void *context, const struct digest *id)
{
	struct listed_ids *listed = context;

	if (listed->ids->size >= listed->limit)
		return fail(FAIL_DATA, "it lists more than %zu of them",
		    listed->limit / sizeof *id);
	return buf_append(listed->ids, span_of_digest(id));
}

int
holder_list(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner, size_t limit, struct buf *ids)
{
	struct listed_ids listed = {ids,
	    ids->size + limit * sizeof(struct digest)};
	int result =
	    holder->calls->list(holder, shelf, owner, list_id, &listed);

	if (result != 0)
		holder_lose(holder);
	return result;
}
