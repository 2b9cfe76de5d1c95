/* SPDX-License-Identifier: ISC */
/* Questions from a stranger: what decodes is encoded to the same bytes. */
#include "format/proving.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prove_ask ask;
	struct buf again = {0};
	size_t i, count;

	if (size == 0)
		return 0;
	count = data[0];
	if (prove_ask_decode(span_of(data + 1, size - 1), count, &ask) == 0) {
		for (i = 0; i < count; i++)
			prove_ask_piece(&ask, i);
		must(prove_ask_encode(&ask, &again) == 0);
		must(span_equal(span_of_buf(&again),
		    span_of(data + 1, size - 1)));
	}
	buf_release(&again);
	return 0;
}
