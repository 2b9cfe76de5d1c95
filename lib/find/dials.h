/* SPDX-License-Identifier: ISC */
#ifndef FIND_DIALS_H
#define FIND_DIALS_H

/*
 * Whom to dial, and when, so that nobody who names addresses can have us knock
 * at a network's doors: in one /24 or /48 that is neither ours nor the
 * roster's word, dials are a second apart and 16 in all, and an endpoint that
 * failed is left alone for a minute. Without I/O and without a clock.
 */

#include "base/fail.h"
#include "find/table.h"

#define DIALS_APART_MS 1000

/* How long an endpoint that failed is left alone, unless it is typed. */
#define DIALS_AGAIN 60

/* An endpoint to be dialled, and what came of it. */
struct dial {
	struct found found;
	int after_ms; /* not before, from the start */
	bool proved;
	struct digest id; /* that was proved */
	uint32_t rtt_us;
	struct failure reason;
};

struct dials {
	struct dial *dial; /* in the order of their turns */
	size_t count;
};

/*
 * All endpoints of peers of the roster, and those that say not whose they are.
 * -1; to be released in any case.
 */
int dials_plan(const struct table *table, struct dials *dials);
void dials_release(struct dials *dials);

#endif
