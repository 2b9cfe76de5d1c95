/* SPDX-License-Identifier: ISC */
/* The questions of a request to prove: they come back, and nothing else is. */
#include "format/proving.h"

#include "check.h"
#include "format/limits.h"

static void
test_round(uint32_t count)
{
	struct prove_ask ask = {.seed = {{5}}, .first = 7}, back;
	struct buf pieces = {0}, item = {0};
	uint32_t i;

	for (i = 0; i < count; i++)
		must(prove_ask_add(&pieces, i * 0x01010101u + 1) == 0, "add");
	ask.pieces = span_of_buf(&pieces);
	must(prove_ask_encode(&ask, &item) == 0, "encode");
	check(prove_ask_decode(span_of_buf(&item), count, &back) == 0,
	    "%u questions: %s", (unsigned)count, fail_last()->text);
	check(digest_equal(&back.seed, &ask.seed) && back.first == 7,
	    "what it says");
	for (i = 0; i < count; i++)
		check(prove_ask_piece(&back, i) == i * 0x01010101u + 1,
		    "piece %u", (unsigned)i);
	check_fails(prove_ask_decode(span_of_buf(&item), count + 1, &back),
	    FAIL_DATA, "malformed", "one id more");
	check_fails(prove_ask_decode(span_of(item.data, item.size - 1), count,
			&back),
	    FAIL_DATA, "malformed", "cut short");
	must(buf_append(&item, span_of("", 1)) == 0, "append");
	check_fails(prove_ask_decode(span_of_buf(&item), count, &back),
	    FAIL_DATA, "malformed", "a byte more");
	check_fails(prove_ask_decode(span_of("", 0), 0, &back), FAIL_DATA,
	    "malformed", "nothing");
	buf_release(&pieces);
	buf_release(&item);
}

int
main(void)
{
	test_round(0);
	test_round(1);
	test_round(LIMIT_REQUEST_IDS);
	return failures != 0;
}
