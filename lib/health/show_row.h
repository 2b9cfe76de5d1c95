/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_SHOW_ROW_H
#define HEALTH_SHOW_ROW_H

/* What the rows of a report are made of. */

#include "base/number.h"
#include "format/report.h"
#include "health/facts.h"

#define TEXT(name, text, width)             \
	{                                   \
		name, text, 0, false, width \
	}
#define NUMBER(name, text, number, width)       \
	{                                       \
		name, text, number, true, width \
	}

/*
 * A row of `count` fields. The first one is its kind, which people see by its
 * heading: what they are shown are the next `shown` ones, in the `first` row
 * under that heading.
 */
int show_row_add(enum report_style style, const struct report_field *field,
    size_t count, size_t shown, bool first, struct buf *to);

/* How long ago, or "-" for what never was. */
void show_row_ago(const struct facts *facts, uint64_t time,
    char text[static NUMBER_AGE_TEXT]);

#endif
