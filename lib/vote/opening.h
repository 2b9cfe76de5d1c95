/* SPDX-License-Identifier: ISC */
#ifndef VOTE_OPENING_H
#define VOTE_OPENING_H

/*
 * How a poll begins: the poller says what it asks about, and each voter
 * whether it takes part. Both commit to a random number by its hash, long
 * before any is seen, so that nobody chooses what the holders are asked.
 */

#include "vote/electorate.h"
#include "vote/poll.h"

struct opening {
	struct poll poll;
	struct digest items; /* tree root of the list */
	uint64_t count;	     /* of items */
	uint64_t samples;    /* pieces that each holder is asked for */
	uint64_t committee;  /* see vote/electorate.h */
	bool strict;	     /* all voters are a quorum */
	uint64_t closes;     /* seconds that the poller waits for ballots */
	struct digest commitment;
	struct span again; /* see vote/again.h; borrowed */
};

enum joining_reason {
	JOINING_YES,
	JOINING_BUSY,  /* too many polls at once */
	JOINING_OFTEN, /* too soon after the last one of this poller */
	JOINING_OLDER, /* it knows a newer members document */
	JOINING_ITEMS, /* it cannot tell who holds these items */
	JOINING_REASONS
};

const char *joining_reason_name(enum joining_reason reason);

struct joining {
	struct poll poll;
	struct digest opening; /* poll_digest of it */
	enum joining_reason reason;
	struct digest commitment;
	struct digest last; /* poll_digest of the last tally of this poller
			       that it sealed, or zeroes */
};

int opening_encode(const struct opening *opening, const struct secret *scalar,
    struct buf *to);

/* -1 (FAIL_DATA), also when its poller is not who signed it. Borrows. */
int opening_decode(struct span document, struct opening *opening);

int joining_encode(const struct joining *joining, const struct secret *scalar,
    struct buf *to);
int joining_decode(struct span document, const struct digest *voter,
    struct joining *joining);

#endif
