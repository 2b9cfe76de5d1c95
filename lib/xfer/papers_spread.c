/* SPDX-License-Identifier: ISC */
#include "xfer/papers_spread.h"

#include "xfer/papers.h"
#include "xfer/receipts_batch.h"
#include "xfer/receipts_read.h"

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

/* When everybody has as many as there are, nobody lacks any. */
static int
is_enough(void *context, size_t count, size_t fewest)
{
	(void)context;
	return fewest == count;
}

static int
add(void *context, const struct receipts_paper *paper)
{
	return receipts_batch_add(context, &paper->id, paper->document);
}

static int
spread_receipts(struct holders *holders, const struct digest *owner)
{
	struct receipts_batch batch = {.holders = holders,
	    .owner = *owner,
	    .known = true};
	struct receipts_reader reader = {is_enough, add, &batch};
	int result = receipts_read(holders, owner, &reader);

	if (result == 0)
		result = receipts_batch_flush(&batch);
	receipts_batch_release(&batch);
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
