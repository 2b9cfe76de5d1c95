/* SPDX-License-Identifier: ISC */
/* Rows in CBOR: one that is read is printed in every style, and read again. */
#include "format/cbor.h"
#include "format/limits.h"
#include "format/report_read.h"
#include "fuzz.h"

static void
check_styles(struct span item)
{
	struct buf once = {0}, twice = {0};

	must(report_read_knows(item));
	must(report_read_again(REPORT_PAIRS, item, &once) == 0);
	must(once.data[once.size - 1] == '\n');
	must(memchr(once.data, '\n', once.size) == once.data + once.size - 1);
	must(memchr(once.data, '\x1b', once.size) == NULL);
	once.size = 0;
	must(report_read_again(REPORT_JSON, item, &once) == 0);
	must(memchr(once.data, '\n', once.size) == once.data + once.size - 1);
	once.size = 0;
	must(report_read_again(REPORT_CBOR, item, &once) == 0);
	must(report_read_again(REPORT_CBOR, span_of_buf(&once), &twice) == 0);
	must(span_equal(span_of_buf(&once), span_of_buf(&twice)));
	buf_release(&once);
	buf_release(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span item = span_of(data, size);
	struct buf row = {0};

	report_read_knows(item);
	if (cbor_measure(item, LIMIT_DOCUMENT) == (int64_t)size &&
	    report_read_again(REPORT_JSON, item, &row) == 0)
		check_styles(item);
	buf_release(&row);
	return 0;
}
