/* SPDX-License-Identifier: ISC */
#include "xfer/papers_list.h"

static int
collect(void *context, const struct digest *id)
{
	return buf_append(context, span_of_digest(id));
}

void
papers_list_one(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner, struct buf *ids)
{
	if (holder_usable(holder) && holder->shelves > (unsigned)shelf &&
	    holder->calls->list(holder, shelf, owner, collect, ids) != 0)
		holder_lose(holder);
}

void
papers_list(struct holders *holders, enum store_shelf shelf,
    const struct digest *owner, struct buf *ids)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		papers_list_one(&holders->holder[i], shelf, owner, ids);
	digest_sort(ids);
}
