/* SPDX-License-Identifier: ISC */
#ifndef VOTE_TALLY_H
#define VOTE_TALLY_H

/*
 * A tally: what the poller says that all ballots and proofs come to, which is
 * what voters seal. How it is counted is vote/count.h's.
 */

#include "vote/poll.h"

struct tally {
	struct poll poll;
	struct digest opening; /* poll_digest of it */
	struct digest items;   /* tree root of the list */
	uint64_t count;	       /* of items */
	uint64_t committee;    /* see vote/electorate.h */
	bool strict;
	struct digest seed; /* its value */
	struct digest box;  /* box_digest */
	uint64_t ballots;   /* how many there are in it */
	uint64_t time;	    /* seconds since 1970, by the poller's clock */
	uint8_t *verdict;   /* of each item, the caller's */
};

int tally_encode(const struct tally *tally, const struct secret *scalar,
    struct buf *to);

/*
 * -1 (FAIL_DATA). `verdict` must have room for LIMIT_ITEMS, or be NULL: then
 * the verdicts are not looked at.
 */
int tally_decode(struct span document, const struct digest *poller,
    struct tally *tally);

#endif
