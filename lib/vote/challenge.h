/* SPDX-License-Identifier: ISC */
#ifndef VOTE_CHALLENGE_H
#define VOTE_CHALLENGE_H

/*
 * The documents between the joinings and the ballots: the challenge lists who
 * joined, a reveal shows the number behind a commitment, and the seed lists
 * the reveals. What must hold between them is vote/seed.h's.
 */

#include "vote/poll.h"

struct challenge {
	struct poll poll;
	struct digest opening;
	struct poll_list joinings; /* by voter */
};

struct reveal {
	struct poll poll;
	struct digest challenge;
	struct digest number;
};

struct seed {
	struct poll poll;
	struct digest challenge;
	struct digest number;	  /* the poller's */
	struct poll_list reveals; /* by voter */
};

/* For decoding, a list must have room for LIMIT_VOTERS spans. */
int challenge_encode(const struct challenge *challenge,
    const struct secret *scalar, struct buf *to);
int challenge_decode(struct span document, const struct digest *poller,
    struct challenge *challenge);
int reveal_encode(const struct reveal *reveal, const struct secret *scalar,
    struct buf *to);
int reveal_decode(struct span document, const struct digest *voter,
    struct reveal *reveal);
int seed_encode(const struct seed *seed, const struct secret *scalar,
    struct buf *to);
int seed_decode(struct span document, const struct digest *poller,
    struct seed *seed);

#endif
