/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ELECTORATE_H
#define VOTE_ELECTORATE_H

/*
 * Who may vote in a poll, and how many of them make what. Up to LIMIT_VOTERS
 * members all do. Of more, or where a poller wants fewer, a committee does:
 * the `committee` members with the lowest hash of the draw, which is the seed
 * of the poller's last certificate, so that no poller chooses it, and of the
 * poll. Its arithmetic is that of members of this number (doc/members.h).
 */

#include "doc/members.h"
#include "format/limits.h"
#include "vote/poll.h"

struct electorate {
	struct digest voter[LIMIT_VOTERS]; /* sorted */
	size_t count;
	unsigned liars;	 /* so many may do anything */
	unsigned quorum; /* so many seals make a certificate */
};

/*
 * FAIL_DATA when `committee` (0: all members) is more than there are members
 * or voters.
 */
int electorate_init(struct electorate *electorate,
    const struct members *members, const struct poll *poll, uint64_t committee,
    const struct digest *draw);

/* The voter's place, or -1. */
int electorate_find(const struct electorate *electorate,
    const struct digest *id);

/*
 * How many voters must have found an item of `holder` silent, so that it is:
 * one more than may lie, and more than half of those that are not the holder.
 */
unsigned electorate_settle(const struct electorate *electorate,
    const struct digest *holder);

#endif
