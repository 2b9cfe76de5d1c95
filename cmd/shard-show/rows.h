/* SPDX-License-Identifier: ISC */
#ifndef SHARD_SHOW_ROWS_H
#define SHARD_SHOW_ROWS_H

/*
 * What the tools of the kit print into a pipe: rows and found records, and the
 * documents that some have between them.
 */

#include "base/input.h"
#include "format/report.h"

/*
 * Append the row that is next, and step over it: 1; 0 when something else is
 * next, or nothing, and all is as it was; -1: out of memory, or it cannot be
 * read.
 */
int rows_begin(struct input *input, enum report_style style, struct buf *rows);

/*
 * Append what is next, a row or a document, and step over it: 1; 0 at the end;
 * -1.
 */
int rows_next(struct input *input, enum report_style style, struct buf *rows);

#endif
