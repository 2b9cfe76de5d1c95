/* SPDX-License-Identifier: ISC */
#ifndef VOTE_BALLOT_H
#define VOTE_BALLOT_H

/*
 * What a voter signs: a ballot, which says what it found of each item, and a
 * seal, which says that a tally is right. It signs one of each in a poll; two
 * that differ convict it.
 */

#include "vote/poll.h"
#include "vote/verdict.h"

struct ballot {
	struct poll poll;
	struct digest seed;	/* poll_digest of the seed */
	struct digest previous; /* of its last ballot in any poll of this
				   poller, or zeroes */
	uint8_t *verdict;	/* of `count` items, the caller's */
	size_t count;
};

struct seal {
	struct poll poll;
	struct digest tally; /* poll_digest of it */
};

int ballot_encode(const struct ballot *ballot, const struct secret *scalar,
    struct buf *to);

/* -1 (FAIL_DATA). `verdict` and `count` must be set. */
int ballot_decode(struct span document, const struct digest *voter,
    struct ballot *ballot);

int seal_encode(const struct seal *seal, const struct secret *scalar,
    struct buf *to);
int seal_decode(struct span document, const struct digest *voter,
    struct seal *seal);

#endif
