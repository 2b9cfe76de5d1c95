/* SPDX-License-Identifier: ISC */
#include "xfer/papers_spread.h"

#include "xfer/papers.h"
#include "xfer/receipts_read.h"

#define AT_ONCE 500 /* half of what a holder takes uncommitted */
#define BATCH_SIZE ((size_t)8 << 20)

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

/* Receipts on their way to whoever lacks them. */
struct batch {
	struct holders *holders;
	const struct digest *owner;
	struct buf ids, papers; /* one behind the other */
	size_t size[AT_ONCE];	/* bytes of each */
	size_t count;
};

static void
put_lacking(void *context, struct holder *holder)
{
	const struct batch *batch = context;
	const struct digest *id = (const void *)batch->ids.data;
	struct question question = {STORE_RECEIPTS, *batch->owner, id,
	    batch->count, 0, false, NULL};
	bool there[AT_ONCE];
	struct store_key key = {STORE_RECEIPTS, *batch->owner, {{0}}};
	const uint8_t *paper = batch->papers.data;
	size_t i;

	if (!holder_has_papers(holder) ||
	    holder_have(holder, &question, there) != 0)
		return;
	for (i = 0; i < batch->count; paper += batch->size[i++]) {
		key.id = id[i];
		if (!there[i])
			holder_put_paper(holder, &key,
			    span_of(paper, batch->size[i]));
	}
}

static int
flush(struct batch *batch)
{
	int result = 0;

	if (batch->count > 0)
		result = holders_each(batch->holders, put_lacking, batch);
	if (result == 0 && batch->count > 0)
		result = papers_commit(batch->holders);
	batch->ids.size = batch->papers.size = batch->count = 0;
	return result;
}

static int
add_paper(void *context, const struct receipts_paper *paper)
{
	struct batch *batch = context;

	if (buf_append(&batch->ids, span_of_digest(&paper->id)) != 0 ||
	    buf_append(&batch->papers, paper->document) != 0)
		return -1;
	batch->size[batch->count++] = paper->document.size;
	if (batch->count == AT_ONCE || batch->papers.size >= BATCH_SIZE)
		return flush(batch);
	return 0;
}

/* When everybody has as many as there are, nobody lacks any. */
static int
is_enough(void *context, size_t count, size_t fewest)
{
	(void)context;
	return fewest == count;
}

static int
spread_receipts(struct holders *holders, const struct digest *owner)
{
	struct batch batch = {.holders = holders, .owner = owner};
	struct receipts_reader reader = {is_enough, add_paper, &batch};
	int result = receipts_read(holders, owner, &reader);

	if (result == 0)
		result = flush(&batch);
	buf_release(&batch.ids);
	buf_release(&batch.papers);
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
