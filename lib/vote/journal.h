/* SPDX-License-Identifier: ISC */
#ifndef VOTE_JOURNAL_H
#define VOTE_JOURNAL_H

/*
 * What a voter has signed in the newest poll of one poller, and what it was
 * asked for each time. It is on the disk before the answer leaves, so that a
 * voter answers each question once: asked again, also after a crash, it gives
 * the same bytes; asked something else in the same poll, it has two documents
 * that convict the poller. All agreement rests on that (tests/model).
 */

#include "vote/poll.h"

enum journal_step {
	JOURNAL_JOINING, /* asked by the opening */
	JOURNAL_REVEAL,	 /* by the challenge */
	JOURNAL_BALLOT,	 /* by the seed */
	JOURNAL_SEAL,	 /* by the tally */
	JOURNAL_STEPS
};

/* All zero: this poller has never asked. */
struct journal {
	struct poll poll;
	uint64_t time; /* seconds since 1970, when it joined */
	struct buf asked[JOURNAL_STEPS];
	struct buf said[JOURNAL_STEPS];
	struct digest last_ballot; /* poll_digest of it, in an earlier poll */
	struct digest last_tally;  /* that it sealed then */
};

void journal_release(struct journal *journal);

/* Append it; the reverse, into a zeroed one. -1 (FAIL_DATA). */
int journal_encode(const struct journal *journal, struct buf *to);
int journal_decode(struct span bytes, struct journal *journal);

/*
 * Turn to a poll: 0, also when it is the one that it is at already. FAIL_NO
 * when a newer one of this poller has begun.
 */
int journal_turn(struct journal *journal, const struct poll *poll,
    uint64_t now);

/*
 * Whether its poll is under way: joined, not sealed, and waited for by its
 * poller not longer than JOURNAL_GRACE_S ago.
 */
#define JOURNAL_GRACE_S 600
bool journal_is_under_way(const struct journal *journal, uint64_t now);

/*
 * What was said to this question: 1 and the document; 0 when the question has
 * not been asked in this poll; -1 (FAIL_NO) when another one has been asked in
 * its place, and answered.
 */
int journal_find(const struct journal *journal, enum journal_step step,
    struct span question, struct span *answer);

/* Note a question and its answer. */
int journal_add(struct journal *journal, enum journal_step step,
    struct span question, struct span answer);

#endif
