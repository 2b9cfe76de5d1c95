/* SPDX-License-Identifier: ISC */
#include "xfer/receipts.h"

#include "crypto/tree.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "xfer/promises.h"
#include "xfer/receipts_batch.h"

static int
keep(struct holder *holder, bool all, struct span document)
{
	if (!all)
		holder->published.size = 0;
	return buf_append(&holder->published, document);
}

static int
publish(struct receipts_batch *batch, struct holder *holder)
{
	struct holders *holders = batch->holders;
	struct buf receipts = {0};
	struct span rest, document;
	struct digest id;
	int got;

	promises_take(holders->promises, holder, &receipts);
	rest = span_of_buf(&receipts);
	while ((got = cbor_take(&rest, LIMIT_DOCUMENT, "a receipt",
		    &document)) > 0) {
		id = tree_root(document);
		if (keep(holder, holders->keep_receipts, document) != 0 ||
		    receipts_batch_add(batch, &id, document) != 0)
			got = -1;
		if (got < 0)
			break;
	}
	buf_release(&receipts);
	return got;
}

int
receipts_publish(struct holders *holders)
{
	struct receipts_batch batch = {.holders = holders,
	    .owner = promises_owner(holders->promises)};
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < holders->count; i++)
		result = publish(&batch, &holders->holder[i]);
	if (result == 0)
		result = receipts_batch_flush(&batch);
	receipts_batch_release(&batch);
	return result;
}
