/* SPDX-License-Identifier: ISC */
/*
 * What an owner may sign as an order to drop: the pairs behind key 2, under a
 * right signature. What decodes is encoded to the same document.
 */
#include "doc/order.h"

#include "crypto/secret.h"
#include "doc/cose.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf payload = {0}, document = {0}, again = {0};
	struct cbor_writer writer;
	struct order order;
	struct digest owner;

	must(cose_begin(&writer, &payload, 6, RECORD_ORDER, &scalar) == 0);
	must(buf_append(&payload, span_of(data, size)) == 0);
	must(cose_sign(RECORD_ORDER, span_of_buf(&payload), &scalar,
		 &document) == 0);
	if (cose_peek(span_of_buf(&document), &owner) == RECORD_ORDER &&
	    order_decode(span_of_buf(&document), &owner, &order) == 0) {
		must(order.ids.size % sizeof owner == 0);
		must(order_encode(&order, &scalar, &again) == 0);
		must(span_equal(span_of_buf(&again), span_of_buf(&document)));
		owner.byte[0] ^= 1;
		must(order_decode(span_of_buf(&document), &owner, &order) != 0);
	}
	buf_release(&payload);
	buf_release(&document);
	buf_release(&again);
	return 0;
}
