/* SPDX-License-Identifier: ISC */
#ifndef VOTE_SHOWN_H
#define VOTE_SHOWN_H

/*
 * What the parties of a poll say, as rows, for whoever looks at a poll by
 * hand: each document by itself, with the signature checked, and those that
 * others hold behind them.
 */

#include "format/report.h"

/* Whether a file begins with something of a poll. */
bool shown_knows(struct span file);

/* Append rows for all of a CBOR sequence. -1 (FAIL_DATA). */
int shown_rows(enum report_style style, struct span file, struct buf *to);

#endif
