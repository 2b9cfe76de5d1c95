/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_REPORT_READ_H
#define FORMAT_REPORT_READ_H

/* Rows that were printed as CBOR (format/report.h), to be printed again. */

#include "format/report.h"

/* Whether an item is one as far as its first key shows: that is a text. */
bool report_read_knows(struct span item);

/*
 * Append it in any style, with a field "record" first: "row", if it has none of
 * that name. FAIL_DATA when it is no row.
 */
int report_read_again(enum report_style style, struct span item,
    struct buf *to);

#endif
