/* SPDX-License-Identifier: ISC */
/*
 * What is a list of ids under a signature: 0: a holder's receipt, 1: an
 * owner's order to drop; then the pairs behind key 2, under a right
 * signature. What decodes is encoded to the same document.
 */
#include "crypto/secret.h"
#include "doc/cose.h"
#include "doc/order.h"
#include "doc/receipt.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

/* Decode a document and encode it again: 0 when it was good. */
static int
again(enum record_kind kind, struct span document, const struct digest *signer,
    struct buf *to)
{
	struct receipt receipt;
	struct order order;

	if (kind == RECORD_RECEIPT) {
		if (receipt_decode(document, signer, &receipt) != 0)
			return -1;
		must(receipt.ids.size % sizeof *signer == 0);
		return receipt_encode(&receipt, &scalar, to);
	}
	if (order_decode(document, signer, &order) != 0)
		return -1;
	must(order.ids.size % sizeof *signer == 0);
	return order_encode(&order, &scalar, to);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum record_kind kind = size > 0 && data[0] % 2 == 1 ? RECORD_ORDER
							     : RECORD_RECEIPT;
	struct buf payload = {0}, document = {0}, back = {0};
	struct cbor_writer writer;
	struct digest signer;

	if (size == 0)
		return 0;
	must(cose_begin(&writer, &payload, 6, kind, &scalar) == 0);
	must(buf_append(&payload, span_of(data + 1, size - 1)) == 0);
	must(cose_sign(kind, span_of_buf(&payload), &scalar, &document) == 0);
	if (cose_peek(span_of_buf(&document), &signer) == (int)kind &&
	    again(kind, span_of_buf(&document), &signer, &back) == 0) {
		must(span_equal(span_of_buf(&document), span_of_buf(&back)));
		signer.byte[0] ^= 1;
		must(again(kind, span_of_buf(&document), &signer, &back) != 0);
	}
	buf_release(&payload);
	buf_release(&document);
	buf_release(&back);
	return 0;
}
