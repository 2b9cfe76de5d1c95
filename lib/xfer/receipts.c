/* SPDX-License-Identifier: ISC */
#include "xfer/receipts.h"

#include <stdlib.h>

#include "crypto/tree.h"
#include "doc/receipt.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "xfer/papers.h"

#define AT_ONCE 500 /* half of what a holder takes uncommitted */

/* Receipts on their way together. */
struct batch {
	struct store_key key[AT_ONCE];
	struct span bytes[AT_ONCE];
	size_t count;
};

/* The first of a holder's receipts that are not published yet. */
static int
take_next(struct batch *batch, struct holder *holder)
{
	struct span rest = span_of(holder->receipts.data + holder->published,
	    holder->receipts.size - holder->published);
	int64_t size = cbor_measure(rest, LIMIT_DOCUMENT);
	struct receipt receipt;

	if (size <= 0)
		return fail(FAIL_DATA, "a receipt is malformed");
	rest.size = (size_t)size;
	if (receipt_decode(rest, &holder->id, &receipt) != 0)
		return -1;
	batch->key[batch->count] =
	    (struct store_key){STORE_RECEIPTS, receipt.owner, tree_root(rest)};
	batch->bytes[batch->count++] = rest;
	holder->published += rest.size;
	return 0;
}

/* As many as there is room for. */
static int
take(struct batch *batch, struct holders *holders)
{
	struct holder *holder;
	size_t i;

	batch->count = 0;
	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		while (batch->count < AT_ONCE &&
		    holder->published < holder->receipts.size)
			if (take_next(batch, holder) != 0)
				return -1;
	}
	return 0;
}

/* They are new: no holder needs to be asked whether it has them. */
static void
put(void *context, struct holder *holder)
{
	const struct batch *batch = context;
	size_t i;

	for (i = 0; i < batch->count && holder_has_papers(holder); i++)
		holder_put_paper(holder, &batch->key[i], batch->bytes[i]);
}

int
receipts_publish(struct holders *holders)
{
	struct batch *batch = malloc(sizeof *batch);
	int result;

	if (batch == NULL)
		return fail_errno("cannot get memory");
	do {
		result = take(batch, holders);
		if (result != 0 || batch->count == 0)
			break;
		/* not before all are put: a commit may bring another receipt */
		result = holders_each(holders, put, batch);
		if (result == 0)
			result = papers_commit(holders);
	} while (result == 0 && batch->count == AT_ONCE);
	free(batch);
	return result;
}
