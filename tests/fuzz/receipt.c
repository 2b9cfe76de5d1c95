/* SPDX-License-Identifier: ISC */
/*
 * What a holder may sign as a receipt: the pairs behind key 2, under a
 * right signature. What decodes is encoded to the same document.
 */
#include "doc/receipt.h"

#include "crypto/secret.h"
#include "doc/cose.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf payload = {0}, document = {0}, again = {0};
	struct cbor_writer writer;
	struct receipt receipt;
	struct digest holder;

	must(cose_begin(&writer, &payload, 6, RECORD_RECEIPT, &scalar) == 0);
	must(buf_append(&payload, span_of(data, size)) == 0);
	must(cose_sign(RECORD_RECEIPT, span_of_buf(&payload), &scalar,
		 &document) == 0);
	if (cose_peek(span_of_buf(&document), &holder) == RECORD_RECEIPT &&
	    receipt_decode(span_of_buf(&document), &holder, &receipt) == 0) {
		must(receipt.ids.size % sizeof holder == 0);
		must(receipt_encode(&receipt, &scalar, &again) == 0);
		must(span_equal(span_of_buf(&again), span_of_buf(&document)));
		holder.byte[0] ^= 1;
		must(receipt_decode(span_of_buf(&document), &holder,
			 &receipt) != 0);
	}
	buf_release(&payload);
	buf_release(&document);
	buf_release(&again);
	return 0;
}
