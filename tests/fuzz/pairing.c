/* SPDX-License-Identifier: ISC */
/* What a stranger says to be paired, and what is answered: one encoding. */
#include "format/pairing.h"

#include "fuzz.h"

static void
check_ask(struct span item)
{
	struct pairing_ask ask;
	struct buf again = {0};

	if (pairing_decode_ask(item, &ask) != 0)
		return;
	must(ask.name.size <= PAIRING_NAME);
	must(ask.address.size <= PAIRING_ADDRESS);
	must(pairing_encode_ask(&ask, &again) == 0);
	must(span_equal(span_of_buf(&again), item));
	buf_release(&again);
}

static void
check_yes(struct span item)
{
	struct pairing_yes yes;
	struct buf again = {0};

	if (pairing_decode_yes(item, &yes) != 0)
		return;
	must(yes.name.size <= PAIRING_NAME);
	must(pairing_encode_yes(&yes, &again) == 0);
	must(span_equal(span_of_buf(&again), item));
	buf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_ask(span_of(data, size));
	check_yes(span_of(data, size));
	return 0;
}
