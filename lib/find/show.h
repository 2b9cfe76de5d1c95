/* SPDX-License-Identifier: ISC */
#ifndef FIND_SHOW_H
#define FIND_SHOW_H

/* A table as people and tools get it, on a descriptor. */

#include "find/table.h"
#include "format/report.h"

/*
 * All records, the best first, and behind them those of the roster that are
 * wanted and have no address.
 */
int show_all(const struct table *table, enum report_style style, int fd);

/* One record, at once. */
int show_one(const struct table *table, enum report_style style,
    const struct found *found, int fd);

/* Say, to who wants to know, what was passed over and why. */
void show_passed_over(const struct table *table);

#endif
