/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ELECTORATE_H
#define VOTE_ELECTORATE_H

/*
 * Who may vote in a poll, and how many of them make what: all members, or a
 * committee of them, whose arithmetic is that of members of this number
 * (doc/members.h). In a committee are the members with the lowest hash of the
 * members document, the poller, the time of the poll in units of
 * ELECTORATE_TERM_MS, and their ids. The time is the poll's sequence,
 * and voters refuse one that is not theirs (electorate_is_now), so a poller
 * that would rather have another committee can only wait for it.
 */

#include "doc/members.h"
#include "format/limits.h"
#include "vote/poll.h"

/* More members than that vote by a committee of that many, unless told. */
#define ELECTORATE_ALL 31

/*
 * A committee is for so long; clocks may be apart by as much as a poll takes.
 */
#define ELECTORATE_TERM_MS (6 * 3600 * 1000ULL)
#define ELECTORATE_SKEW_MS (3600 * 1000ULL)

struct electorate {
	struct digest voter[LIMIT_VOTERS]; /* sorted */
	size_t count;
	unsigned liars;	 /* so many may do anything */
	unsigned quorum; /* so many seals make a certificate */
};

/*
 * FAIL_DATA when `committee` (0: all members) is more than there are members
 * or voters. `strict`, here or in the members document: all are a quorum.
 */
int electorate_init(struct electorate *electorate,
    const struct members *members, const struct poll *poll, uint64_t committee,
    bool strict);

/* How large one is that `wanted` (0: as usual) asks for; 0: all members. */
uint64_t electorate_committee(const struct members *members, uint64_t wanted);

/* Whether a poll's sequence is the time, `now` in seconds since 1970. */
bool electorate_is_now(const struct poll *poll, uint64_t now);

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
