/* SPDX-License-Identifier: ISC */
#ifndef VOTE_VOTER_H
#define VOTE_VOTER_H

/*
 * What a voter answers to a poller. Each answer is a function of the question,
 * the roll and the voter's journal, and goes into the journal: the caller
 * makes the journal last before it lets the answer go. No secret of an owner
 * is needed.
 */

#include "vote/box.h"
#include "vote/journal.h"
#include "vote/opening.h"
#include "vote/roll.h"

struct voter {
	const struct secret *scalar;
	struct digest id;
	const struct roll *roll;
	struct journal *journal;
	uint64_t now; /* seconds since 1970 */
};

/*
 * To the opening: a joining. `reason` is why not, if there is one; it is
 * then said and forgotten. -1: FAIL_DATA, or FAIL_NO for a voter that has no
 * vote here or is at a newer poll.
 */
int voter_join(struct voter *voter, struct span opening,
    enum joining_reason reason, struct buf *answer);

/* To the challenge: a reveal. The opening is the journal's. */
int voter_reveal(struct voter *voter, struct span challenge,
    struct buf *answer);

/*
 * To the seed: a ballot. `proofs` are all that the voter has of the holders,
 * by the poller or by its own asking; known[i] is whether it knows that the
 * holder of item i has it by the owner's word and the holder's (NULL: of all).
 */
int voter_ballot(struct voter *voter, struct span seed,
    const struct poll_list *proofs, const bool *known, struct buf *answer);

/*
 * The seed's value, once the seed is there: what holders are asked with.
 * FAIL_NO when it leaves our number out: a poller that could do that at will
 * would choose among seeds, and what it has lost on the way it may ask again.
 */
int voter_seed(const struct voter *voter, struct span seed,
    struct digest *value);

/*
 * To a ballot box: a seal on its tally. FAIL_DATA when the tally is not what
 * comes of the box, or leaves out our ballot.
 */
int voter_seal(struct voter *voter, const struct box *box, struct buf *answer);

#endif
