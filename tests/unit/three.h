/* SPDX-License-Identifier: ISC */
#ifndef THREE_H
#define THREE_H

/*
 * A poll of three members with an item each, step by step, for the tests of
 * what is no honest poll: the first member is the one that lies, and who
 * signs for the poller is the test.
 */

#include "polls.h"
#include "vote/box.h"

struct three {
	struct polls polls;
	struct secret scalar[3];
	struct journal journal[3];
	struct voter voter[3];
	struct poller poller;
	struct secret key; /* the poller's */
	struct digest number;
};

static inline void
three_open(struct three *three)
{
	struct opening opening;
	size_t i;

	memset(three, 0, sizeof *three);
	polls_init(&three->polls, 3, 1, false);
	three->key = scalar_of(POLLS_OWNER);
	three->number = (struct digest){{7}};
	opening = polls_opening(&three->polls, -1, 1);
	must(poller_open(&three->poller, &three->key, &three->polls.roll,
		 &opening, &three->number) == 0,
	    "open");
	for (i = 0; i < 3; i++)
		three->voter[i] = polls_voter(&three->polls, i,
		    &three->scalar[i], &three->journal[i]);
}

/* Give the poller what a voter answered. */
static inline void
three_take(struct three *three, int result, struct buf *answer)
{
	must(result == 0, "an answer");
	must(poller_take(&three->poller, span_of_buf(answer)) == 1, "taken");
	buf_release(answer);
}

/* The members from that one on join, up to the challenge. */
static inline void
three_join(struct three *three, size_t first)
{
	struct buf answer = {0};
	size_t i;

	for (i = first; i < 3; i++)
		three_take(three,
		    voter_join(&three->voter[i],
			poller_says(&three->poller, POLLER_OPENING),
			JOINING_YES, &answer),
		    &answer);
	must(poller_challenge_all(&three->poller) == 0, "challenge");
}

/* They show their numbers, up to the seed. */
static inline void
three_reveal(struct three *three, size_t first)
{
	struct buf answer = {0};
	size_t i;

	for (i = first; i < 3; i++)
		three_take(three,
		    voter_reveal(&three->voter[i],
			poller_says(&three->poller, POLLER_CHALLENGE), &answer),
		    &answer);
	must(poller_seed_all(&three->poller) == 0, "seed");
}

/* They vote; none has a proof. */
static inline void
three_vote(struct three *three, size_t first)
{
	struct poll_list none = {NULL, 0};
	struct buf answer = {0};
	size_t i;

	for (i = first; i < 3; i++)
		three_take(three,
		    voter_ballot(&three->voter[i],
			poller_says(&three->poller, POLLER_SEED), &none, NULL,
			&answer),
		    &answer);
}

/* All of it, up to the ballots. */
static inline void
three_begin(struct three *three, bool liar_is_mute)
{
	three_open(three);
	three_join(three, 0);
	three_reveal(three, 0);
	three_vote(three, liar_is_mute);
}

static inline void
three_end(struct three *three)
{
	size_t i;

	for (i = 0; i < 3; i++)
		journal_release(&three->journal[i]);
	poller_release(&three->poller);
	polls_release(&three->polls);
}

/* Count the ballots of some members only, into a box of its own. */
static inline void
box_without(struct three *three, size_t left_out, struct buf *box)
{
	struct buf *ballot = &three->poller.from[POLLER_BALLOTS][left_out];
	struct buf kept = *ballot;

	buf_release(&three->poller.document[POLLER_TALLY]);
	*ballot = (struct buf){0};
	must(poller_tally(&three->poller, POLLS_NOW, box) == 0, "a tally");
	*ballot = kept;
}

static inline void
open_box(struct span bytes, struct box *box)
{
	static struct span ballots[2][LIMIT_VOTERS], proofs[2][LIMIT_PROOFS];
	static unsigned which;

	which ^= 1;
	*box = (struct box){.ballots = {ballots[which], 0},
	    .proofs = {proofs[which], 0}};
	must(box_decode(bytes, box) == 0, "a box");
}

#endif
