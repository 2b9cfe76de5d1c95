/* SPDX-License-Identifier: ISC */
#include "xfer/receipts_batch.h"

#include "format/limits.h"
#include "xfer/papers.h"

#define BATCH_SIZE ((size_t)8 << 20)

static void
put(void *context, struct holder *holder)
{
	const struct receipts_batch *batch = context;
	const size_t *size = (const void *)batch->sizes.data;
	const uint8_t *document = batch->documents.data;
	struct store_key key = {STORE_RECEIPTS, batch->owner, {{0}}};
	bool there[LIMIT_RECEIPTS_PUT] = {false};
	struct question question = {STORE_RECEIPTS, batch->owner,
	    (const void *)batch->ids.data, batch->ids.size / sizeof key.id, 0,
	    false, NULL};
	size_t i;

	if (!holder_has_papers(holder) ||
	    (batch->known && holder_have(holder, &question, there) != 0))
		return;
	for (i = 0; i < question.count && holder_has_papers(holder); i++) {
		key.id = question.id[i];
		if (!there[i])
			holder_put_paper(holder, &key,
			    span_of(document, size[i]));
		document += size[i];
	}
}

int
receipts_batch_flush(struct receipts_batch *batch)
{
	int result = 0;

	/* no commit before all are put: it may bring another receipt */
	if (batch->ids.size > 0)
		result = holders_each(batch->holders, put, batch);
	if (batch->ids.size > 0 && result == 0)
		result = papers_commit(batch->holders);
	batch->ids.size = batch->documents.size = batch->sizes.size = 0;
	return result;
}

int
receipts_batch_add(struct receipts_batch *batch, const struct digest *id,
    struct span document)
{
	if (buf_append(&batch->ids, span_of_digest(id)) != 0 ||
	    buf_append(&batch->documents, document) != 0 ||
	    buf_append(&batch->sizes,
		span_of(&document.size, sizeof document.size)) != 0)
		return -1;
	if (batch->ids.size < LIMIT_RECEIPTS_PUT * sizeof *id &&
	    batch->documents.size < BATCH_SIZE)
		return 0;
	return receipts_batch_flush(batch);
}

void
receipts_batch_release(struct receipts_batch *batch)
{
	buf_release(&batch->ids);
	buf_release(&batch->documents);
	buf_release(&batch->sizes);
}
