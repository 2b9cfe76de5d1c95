/* SPDX-License-Identifier: ISC */
/*
 * What a holder tells of itself: info is understood or refused; counts that
 * are understood are told on as they are, and printed.
 */
#include "xfer/counts.h"

#include "fuzz.h"
#include "xfer/info.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counts counts, back;
	struct buf again = {0};
	struct info info;

	if (info_decode(span_of(data, size), &info) == 0) {
		must(memchr(info.version, 0, sizeof info.version) != NULL);
		must(info_room(&info) <= info.free);
	}
	if (counts_told_decode(span_of(data, size), &counts) != 0)
		return 0;
	must(counts_told_encode(&counts, &again) == 0);
	must(counts_told_decode(span_of_buf(&again), &back) == 0);
	must(memcmp(&counts, &back, sizeof counts) == 0);
	again.size = 0;
	must(counts_print(&(struct counts_row){"p", &counts}, 1, "x_", true,
		 &again) == 0);
	buf_release(&again);
	return 0;
}
