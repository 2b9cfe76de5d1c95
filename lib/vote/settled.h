/* SPDX-License-Identifier: ISC */
#ifndef VOTE_SETTLED_H
#define VOTE_SETTLED_H

/*
 * What a certificate has settled: it is read and checked once, and then there
 * are the members, the items and their verdicts.
 */

#include "vote/roll.h"
#include "vote/tally.h"

struct settled {
	struct roll roll;   /* of its items, or of none if it has none */
	struct tally tally; /* with its verdicts */
};

/*
 * Check a certificate by the members document that it is under; `settled`
 * borrows from both. NULL takes any owner. -1 (FAIL_DATA) with the reason.
 */
int settled_open(struct settled *settled, struct span certificate,
    struct span members, const struct digest *owner);
void settled_release(struct settled *settled);

#endif
