/* SPDX-License-Identifier: ISC */
#ifndef POLL_HOLD_H
#define POLL_HOLD_H

/*
 * Hold a poll among the members of an owner, over the network: each step goes
 * to all of them at once, and ends when all have answered or are lost; who is
 * lost is asked again as long as the poll waits. A member that does not answer
 * is silent; it ends nothing, as long as a quorum is there.
 */

#include "poll/living.h"
#include "vote/outcome.h"
#include "vote/poller.h"

struct hold {
	struct holders *holders;
	const struct secret *scalar; /* of the poller */
	struct digest owner;
	uint64_t samples;   /* of each holder; 0: every shard */
	uint64_t committee; /* 0: all, or ELECTORATE_ALL of more than that */
	bool strict;	    /* all voters are a quorum */
	uint64_t wait;	    /* seconds for those that do not answer */
	const char *kept;   /* earlier certificates (poll/kept.h); or NULL */

	/* What comes of it. */
	struct living living;	/* what it is about */
	struct buf members;	/* the newest members document */
	struct buf items;	/* the list */
	struct roll roll;	/* of the two */
	struct buf again;	/* what earlier polls asked in vain */
	struct buf certificate; /* with the items */
	struct buf culprits;	/* evidence files (vote/evidence.h) */
	uint64_t time;		/* of its tally */
	uint8_t *verdict;	/* of each item */
	struct electorate electorate;
};

/*
 * The first step alone: find who votes about what, and sign the opening.
 * FAIL_NO when there is nothing to ask about.
 */
int hold_open(struct hold *hold, struct poller *poller);

/*
 * FAIL_NO when there is nothing to ask about, or no quorum; FAIL_SYSTEM.
 * `hold` must be released in any case.
 */
int hold_poll(struct hold *hold);

/* Append what came of it as rows, with the names of the roster. */
int hold_rows(const struct hold *hold, const struct roster *roster,
    enum report_style style, struct buf *rows);
void hold_release(struct hold *hold);

#endif
