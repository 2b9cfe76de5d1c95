/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ASKING_H
#define VOTE_ASKING_H

/*
 * By what the holders are asked in a poll: the same for all of them, and for
 * whoever checks their answers.
 */

#include "vote/roll.h"

struct asking {
	struct digest seed; /* the value that came of it, see vote/seed.h */
	uint64_t samples;
	struct span again; /* vote/again.h; borrowed */
};

/* In a poll that was opened so, once there is a seed. Borrows. */
struct asking asking_of(const struct opening *opening,
    const struct digest *seed);

/*
 * How many pieces a holder is asked for first; one with fewer shards is asked
 * about each.
 */
uint64_t asking_most(const struct roll *roll, uint64_t samples);

#endif
