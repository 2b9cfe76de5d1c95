/* SPDX-License-Identifier: ISC */
#include "xfer/receipts.h"

#include "crypto/tree.h"
#include "doc/receipt.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "xfer/holder.h"
#include "xfer/receipts_batch.h"

/* The first of a holder's receipts that are not published yet. */
static int
add_next(struct receipts_batch *batch, struct holder *holder)
{
	struct span document,
	    rest = span_of(holder->receipts.data + holder->published,
		holder->receipts.size - holder->published);
	struct receipt receipt;
	struct digest id;

	if (cbor_take(&rest, LIMIT_DOCUMENT, "a receipt", &document) < 0 ||
	    receipt_decode(document, &holder->id, &receipt) != 0)
		return -1;
	holder->published += document.size;
	batch->owner = receipt.owner;
	id = tree_root(document);
	return receipts_batch_add(batch, &id, document);
}

int
receipts_publish(struct holders *holders)
{
	struct receipts_batch batch = {.holders = holders};
	struct holder *holder;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < holders->count; i++) {
		holder = &holders->holder[i];
		while (result == 0 && holder->published < holder->receipts.size)
			result = add_next(&batch, holder);
	}
	if (result == 0)
		result = receipts_batch_flush(&batch);
	receipts_batch_release(&batch);
	return result;
}
