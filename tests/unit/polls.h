/* SPDX-License-Identifier: ISC */
#ifndef POLLS_H
#define POLLS_H

/*
 * What the tests of polls share: an owner, members that hold shards of its,
 * the roll of a poll among them, and the proofs that they give.
 */

#include "crypto/tree.h"
#include "document.h"
#include "vote/ballot.h"
#include "vote/findings.h"
#include "vote/opening.h"
#include "vote/poller.h"
#include "vote/proof.h"
#include "vote/sealed.h"
#include "vote/tally.h"
#include "vote/verdict.h"
#include "vote/voter.h"

#ifndef POLLS_OWNER
#define POLLS_OWNER 15
#endif
#define POLLS_MEMBERS 10
#define POLLS_SHARDS 8
#define POLLS_SIZE 1500 /* bytes of a shard: two pieces */
#define POLLS_NOW 1700000000

struct polls {
	size_t count;	/* of members */
	size_t each;	/* shards of one */
	uint64_t later; /* seconds by holders' clocks since the poll began */
	struct buf members, items;
	struct roll roll;
	int who[POLLS_MEMBERS]; /* whose keys a member has, see fixture.h */
	uint8_t shard[POLLS_MEMBERS][POLLS_SHARDS][POLLS_SIZE]; /* by item */
};

static inline int
polls_compare(const void *a, const void *b)
{
	struct digest one = owner_of(*(const int *)a).id;
	struct digest two = owner_of(*(const int *)b).id;

	return memcmp(&one, &two, sizeof one);
}

/* The shards of a member, and their items: sorted by id, as items are. */
static inline void
polls_fill(struct polls *polls, size_t member, struct buf *held)
{
	uint8_t made[POLLS_SHARDS][POLLS_SIZE];
	struct item item = {.size = POLLS_SIZE};
	struct digest id;
	size_t i, k;

	for (i = 0; i < polls->each; i++) {
		random_fill(made[i], POLLS_SIZE);
		item.id = tree_root(span_of(made[i], POLLS_SIZE));
		must(items_add(held, &item) == 0, "an item");
	}
	items_sort(held);
	for (i = 0; i < polls->each; i++) {
		id = tree_root(span_of(made[i], POLLS_SIZE));
		for (k = 0; memcmp(held->data + k * ITEM_SIZE, &id, 32) != 0;)
			k++;
		memcpy(polls->shard[member][k], made[i], POLLS_SIZE);
	}
}

/* Members 1 to `count`, of which each holds `each` shards. */
static inline void
polls_init(struct polls *polls, size_t count, size_t each, bool strict)
{
	struct secret scalar = scalar_of(POLLS_OWNER);
	struct digest ids[POLLS_MEMBERS];
	struct span held[POLLS_MEMBERS];
	struct buf bytes[POLLS_MEMBERS] = {{0}};
	struct members members = {.number = 3,
	    .time = POLLS_NOW - 1000,
	    .expires = POLLS_NOW + 1000000,
	    .liars = members_liars(count),
	    .quorum = members_quorum(count, strict),
	    .ids = span_of(ids, count * sizeof *ids)};
	size_t i;

	*polls = (struct polls){.count = count, .each = each};
	for (i = 0; i < count; i++)
		polls->who[i] = (int)i + 1;
	qsort(polls->who, count, sizeof *polls->who, polls_compare);
	for (i = 0; i < count; i++) {
		ids[i] = owner_of(polls->who[i]).id;
		polls_fill(polls, i, &bytes[i]);
		held[i] = span_of_buf(&bytes[i]);
	}
	must(members_encode(&members, &scalar, &polls->members) == 0,
	    "members");
	must(items_encode(held, count, &polls->items) == 0, "items");
	must(roll_init(&polls->roll, span_of_buf(&polls->members), NULL,
		 span_of_buf(&polls->items)) == 0,
	    "a roll");
	for (i = 0; i < count; i++)
		buf_release(&bytes[i]);
}

static inline void
polls_release(struct polls *polls)
{
	buf_release(&polls->members);
	buf_release(&polls->items);
}

/* A certificate of the owner's poll at that time, with all items in it. */
static inline void
polls_certificate(const struct polls *polls, uint8_t *verdict, uint64_t time,
    struct buf *to)
{
	struct secret scalar = scalar_of(POLLS_OWNER);
	struct tally tally = {
	    .poll = {polls->roll.id, polls->roll.owner, time * 1000},
	    .items = polls->roll.items_root,
	    .count = items_count(&polls->roll.items),
	    .ballots = polls->roll.members.quorum,
	    .time = time,
	    .verdict = verdict,
	};
	struct seal seal = {.poll = tally.poll};
	struct span seals[POLLS_MEMBERS];
	struct buf signed_tally = {0}, made[POLLS_MEMBERS] = {{0}};
	struct sealed sealed = {.seals = {seals, 0},
	    .items = span_of_buf(&polls->items)};
	size_t i;

	must(tally_encode(&tally, &scalar, &signed_tally) == 0, "a tally");
	sealed.tally = span_of_buf(&signed_tally);
	seal.tally = poll_digest(sealed.tally);
	for (i = 0; i < polls->roll.members.quorum; i++) {
		scalar = scalar_of(polls->who[i]);
		must(seal_encode(&seal, &scalar, &made[i]) == 0, "a seal");
		seals[sealed.seals.count++] = span_of_buf(&made[i]);
	}
	must(sealed_encode(&sealed, to) == 0, "a certificate");
	buf_release(&signed_tally);
	for (i = 0; i < polls->count; i++)
		buf_release(&made[i]);
}

/* An opening by that member, or by the owner (-1). */
static inline struct opening
polls_opening(const struct polls *polls, int poller, uint64_t sequence)
{
	int who = poller < 0 ? POLLS_OWNER : polls->who[poller];

	return (struct opening){
	    .poll = {polls->roll.id, owner_of(who).id, sequence},
	    .samples = 300,
	    .closes = 10,
	};
}

/* What a holder says of all its items, whatever it is asked for. */
typedef enum proof_verdict polls_says[POLLS_SHARDS];

/*
 * A holder's proof in a poll. PROOF_OK is proved by the shard as it is in
 * `polls`, PROOF_WRONG by another one.
 */
static inline void
polls_answer(const struct polls *polls, size_t holder,
    const struct asking *asking, bool every, const enum proof_verdict *says,
    struct buf *to)
{
	struct secret scalar = scalar_of(polls->who[holder]);
	struct findings asks;
	struct buf answers = {0};
	struct proof proof = {.owner = polls->roll.owner,
	    .time = POLLS_NOW + polls->later};
	struct proof_answer other = {0};
	uint8_t junk[100] = {1};
	size_t i;
	int result;

	must(findings_ask(&asks, &polls->roll, holder, asking, every) == 0,
	    "questions");
	for (i = 0; i < asks.count; i++) {
		other.id = asks.duty[asks.drawn[i].duty].id;
		other.piece = asks.drawn[i].piece;
		other.verdict = says[asks.drawn[i].duty];
		if (other.verdict == PROOF_OK) {
			result = proof_add_bytes(&answers, &other.id,
			    other.piece,
			    span_of(polls->shard[holder][asks.drawn[i].duty],
				POLLS_SIZE));
		} else {
			other.bytes = (struct span){0};
			if (other.verdict == PROOF_WRONG) {
				other.verdict = PROOF_OK;
				other.bytes = span_of(junk, sizeof junk);
			}
			result = proof_add(&answers, &other);
		}
		must(result == 0, "an answer");
	}
	proof.seed = asks.seed;
	proof.count = asks.count;
	proof.answers = span_of_buf(&answers);
	must(proof_encode(&proof, &scalar, to) == 0, "a proof");
	buf_release(&answers);
	findings_release(&asks);
}

/* The same where nothing is asked again. */
static inline void
polls_prove(const struct polls *polls, size_t holder, const struct digest *seed,
    uint64_t samples, bool every, const enum proof_verdict *says,
    struct buf *to)
{
	struct asking asking = {*seed, samples, {0}};

	polls_answer(polls, holder, &asking, every, says, to);
}

/* A voter of a poll: its keys, and its journal, which is its disk. */
static inline struct voter
polls_voter(const struct polls *polls, size_t member, struct secret *scalar,
    struct journal *journal)
{
	*scalar = scalar_of(polls->who[member]);
	return (struct voter){
	    .scalar = scalar,
	    .id = owner_of(polls->who[member]).id,
	    .roll = &polls->roll,
	    .journal = journal,
	    .now = POLLS_NOW,
	};
}

#endif
