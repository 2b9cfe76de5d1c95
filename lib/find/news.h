/* SPDX-License-Identifier: ISC */
#ifndef FIND_NEWS_H
#define FIND_NEWS_H

/* What sources say, into a table; and told at once, for who watches. */

#include "find/ask.h"
#include "find/table.h"
#include "format/report.h"

struct news {
	struct table *table;
	uint64_t need; /* enough when so many wanted peers are found; 0: all */
	bool watch;    /* write each new record, and each that is gone ... */
	enum report_style style;
	int out; /* ... here */
};

/* See ask_run. What was there before does not count for `need`. */
int news_run(struct news *news, const struct source *source, size_t count,
    int wait_ms);

#endif
