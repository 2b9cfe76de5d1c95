/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "base/fail.h"
#include "doc/cose.h"
#include "format/cbor.h"
#include "format/found_text.h"
#include "format/report_read.h"
#include "format/stream.h"
#include "vote/shown.h"

static int
show_item(struct span item, enum report_style style, struct buf *rows)
{
	struct found found;

	if (report_read_knows(item))
		return report_read_again(style, item, rows);
	if (item.data[0] == COSE_FIRST_BYTE)
		return shown_rows(style, item, rows);
	if (found_decode(item, &found) == 0)
		return found_text_row(style, &found, rows);
	return fail(FAIL_DATA, "this is no row, and no document");
}

int
rows_begin(struct input *input, enum report_style style, struct buf *rows)
{
	struct span bytes;

	if (input_peek(input, 1, &bytes) != 0)
		return -1;
	if (bytes.size == 0 || bytes.data[0] >> 5 != CBOR_MAP)
		return 0;
	if (rows_next(input, style, rows) > 0)
		return 1;
	rows->size = 0;
	return fail_last()->kind == FAIL_DATA ? 0 : -1;
}

int
rows_next(struct input *input, enum report_style style, struct buf *rows)
{
	struct span item;
	int got = stream_peek(input, STREAM_LOOKAHEAD, &item);

	if (got <= 0)
		return got;
	if (show_item(item, style, rows) != 0)
		return -1;
	input_take(input, item.size);
	return 1;
}
