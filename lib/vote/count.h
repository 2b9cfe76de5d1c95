/* SPDX-License-Identifier: ISC */
#ifndef VOTE_COUNT_H
#define VOTE_COUNT_H

/*
 * What all ballots and proofs come to: a function of the ballot box and the
 * roll, so everybody gets the same. Of each item, by the ballots of the
 * voters that are not its holder:
 *
 *     enough to settle it say "inconclusive"       inconclusive
 *     the box proves it gone or wrong              bad
 *     more than `liars` say "bad"                  inconclusive
 *     the box proves it there, or more than
 *     `liars` say "ok"                             ok
 *     the box has the holder sign that it cannot
 *     say, or enough to settle it say "silent"     silent
 *     else                                         inconclusive
 *
 * The first line is for what its owner drops during a poll; the third for a
 * poller that hides a proof that others have seen.
 */

#include "vote/box.h"
#include "vote/roll.h"
#include "vote/tally.h"

/*
 * Count the box, and check everything in it on the way: -1 (FAIL_DATA) for a
 * ballot of a stranger, twice, of another poll... or fewer ballots than a
 * quorum (FAIL_NO). Fills in all of `tally` but its time; `verdict` has room
 * for all items.
 */
int count_box(const struct roll *roll, const struct box *box,
    struct tally *tally);

/*
 * 0 when the tally of the box is what comes of the box; FAIL_DATA with the
 * reason. This is what a voter asks before it seals. `own` (NULL: nobody's) is
 * the digest of a ballot that must be in there.
 */
int count_check(const struct roll *roll, const struct box *box,
    const struct digest *own);

#endif
