/* SPDX-License-Identifier: ISC */
#ifndef FIND_RANKING_H
#define FIND_RANKING_H

/*
 * Which endpoint to try first: those that did not refuse us in the last ten
 * minutes; then by trust; seen now before seen once; reached before; nearer;
 * by priority and weight (RFC 2782), of which the latter is a share of first
 * turns; quicker. Ties are drawn by lot, so that not all of us go to the same
 * peer first.
 */

#include "find/table.h"

/* How long an endpoint that had another key, or none, stays at the back. */
#define RANKING_PENALTY 600

/* All records of the table into `list`, which has room for them; -1. */
int ranking_list(const struct table *table, struct table_record **list);

#endif
