/* SPDX-License-Identifier: ISC */
#ifndef VOTE_SEED_H
#define VOTE_SEED_H

/*
 * How the seed of a poll comes about, that decides which pieces the holders
 * are asked for. The challenge fixes the joinings; only then the numbers
 * behind the commitments are shown, and the seed is
 *
 *     hash(hash(challenge's digest | poller's number) | number 1 | ... )
 *
 * with the voters' numbers in the order of their ids. One that is withheld
 * counts as zeroes, so k voters that work together choose among 2^k seeds at
 * most; a poller that withholds its own has no poll.
 */

#include "vote/challenge.h"
#include "vote/electorate.h"
#include "vote/opening.h"

/* The commitment to a number. */
struct digest seed_commit(const struct digest *number);

/* What came of it. */
struct seed_chain {
	struct digest value;
	struct digest commitment[LIMIT_VOTERS];
	bool joined[LIMIT_VOTERS];
	bool revealed[LIMIT_VOTERS];
};

/*
 * Check a challenge against its opening: every joining in it is that of a
 * voter that takes part, in order. Fills in joined and commitment.
 */
int seed_check_challenge(const struct electorate *electorate,
    struct span opening, struct span challenge, struct seed_chain *chain);

/* The same and the seed behind it: all of `chain`. */
int seed_check(const struct electorate *electorate, struct span opening,
    struct span challenge, struct span seed, struct seed_chain *chain);

#endif
