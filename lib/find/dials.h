/* SPDX-License-Identifier: ISC */
#ifndef FIND_DIALS_H
#define FIND_DIALS_H

/*
 * Whom to dial, and when, so that nobody who names addresses can have us knock
 * at a network's doors: in one /24 or /48 that is neither ours nor the
 * roster's word, dials are a second apart and 16 in all, those of this run that
 * the table knows of among them; and an endpoint that failed is left alone for
 * a minute, then for two, four, and so on up to an hour. Without I/O and
 * without a clock but the table's.
 */

#include "base/fail.h"
#include "find/table.h"

#define DIALS_APART_MS 1000

/*
 * How many seconds an endpoint that failed is left alone, unless it is typed:
 * the first time, doubled each time, and at most.
 */
#define DIALS_AGAIN 60
#define DIALS_AGAIN_MOST 3600

/* An endpoint to be dialled, and what came of it. */
struct dial {
	struct found found;
	int after_ms; /* not before, from the start */
	bool made;
	bool proved;
	struct digest id; /* that was proved */
	uint32_t rtt_us;
	struct failure reason;
};

struct dials {
	struct dial *dial; /* in the order of their turns */
	size_t count;
};

/* An empty plan with room for the whole table. -1; release it in any case. */
int dials_init(struct dials *dials, const struct table *table);

/* Plan one more. False: it is not to be dialled in this run. */
bool dials_add(struct dials *dials, const struct table *table,
    const struct found *found);

/*
 * Plan all endpoints of peers of the roster, and those that say not whose they
 * are, peers first. -1; to be released in any case.
 */
int dials_plan(const struct table *table, struct dials *dials);
void dials_release(struct dials *dials);

#endif
