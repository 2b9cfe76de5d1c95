/* SPDX-License-Identifier: ISC */
#include "health/show_row.h"

#include <stdio.h>

int
show_row_add(enum report_style style, const struct report_field *field,
    size_t count, size_t shown, bool first, struct buf *to)
{
	if (style != REPORT_TEXT)
		return report_row(style, field, count, to);
	return report_add(style, field + 1, shown, first, to);
}

void
show_row_ago(const struct facts *facts, uint64_t time,
    char text[static NUMBER_AGE_TEXT])
{
	if (time == 0)
		snprintf(text, NUMBER_AGE_TEXT, "-");
	else if (time >= facts->now)
		snprintf(text, NUMBER_AGE_TEXT, "now");
	else
		number_age_text(facts->now - time, text);
}
