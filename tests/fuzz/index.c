/* SPDX-License-Identifier: ISC */
/*
 * The records of an index, one after the other: each is encoded to the bytes
 * that it was taken off.
 */
#include "doc/index.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct head head = {.need = 2,
	    .total = 3,
	    .shard_size = 1024};
	struct span rest = span_of(data, size), before = rest;
	struct stripe stripe;
	struct buf again = {0};
	int got;

	while ((got = index_next(&rest, &head, &stripe)) > 0) {
		again.size = 0;
		must(rest.size < before.size);
		must(record_encode_stripe(&stripe, &again) == 0);
		must(span_equal(span_of_buf(&again),
		    span_of(before.data, before.size - rest.size)));
		before = rest;
	}
	must((got == 0) == (rest.size == 0));
	must(rest.size == before.size);
	buf_release(&again);
	return 0;
}
