/* SPDX-License-Identifier: ISC */
/*
 * A holder of more shards than a poll can carry proofs of, asked about all of
 * them: what it has lost, or lies about, is found and named, shard by shard,
 * and what is carried stays small.
 */
#include "xfer/question.h"

#include "crypto/piece.h"
#include "document.h"
#include "format/message.h"
#include "format/proving.h"
#include "vote/proof.h"
#include "vote/verdict.h"
#include "xfer/session.h"

#define SHARDS 26000
#define OWNER 15

/* What the holder says of a shard. */
enum fate {
	WHOLE,
	LOST,
	UNREAD,
	MADE_UP, /* it signs other bytes */
	COY,	 /* it signs other bytes, unless it is asked for it again */
	CAGEY	 /* it says that it is lost, unless it is asked for it again */
};

static enum fate fate[SHARDS];	  /* by place in the list */
static unsigned shard_of[SHARDS]; /* which it is */
static unsigned asked[SHARDS];	  /* how often */
static uint8_t verdict[SHARDS];
static struct duty duty[SHARDS]; /* sorted */
static struct roll roll;
static struct buf members, items;
static struct secret scalar;

static struct span
shard(unsigned which)
{
	static uint8_t bytes[PIECE_SIZE];
	size_t i;

	for (i = 0; i < sizeof bytes; i += sizeof which)
		memcpy(bytes + i, &which, sizeof which);
	return span_of(bytes, sizeof bytes);
}

static void
answer_one(const struct digest *id, uint32_t piece, struct buf *answers)
{
	static const uint8_t made_up[PIECE_SIZE] = {7};
	size_t place = (size_t)(duty_find(duty, SHARDS, id) - duty);
	struct proof_answer said = {.id = *id, .piece = piece};
	enum fate is = fate[place];

	if (is == COY)
		is = asked[place] > 0 ? WHOLE : MADE_UP;
	if (is == CAGEY)
		is = asked[place] > 0 ? WHOLE : LOST;
	asked[place]++;
	if (is == LOST)
		said.verdict = PROOF_MISSING;
	else if (is == UNREAD)
		said.verdict = PROOF_EIO;
	else if (is == MADE_UP)
		said.bytes = span_of(made_up, sizeof made_up);
	must((is == WHOLE ? proof_add_bytes(answers, id, piece,
				shard(shard_of[place]))
			  : proof_add(answers, &said)) == 0,
	    "an answer");
}

static int
ask(struct holder *holder, const struct request *request, const void *payload,
    struct answer *answer)
{
	struct proof proof = {.owner = request->owner,
	    .count = request->ids.size / sizeof(struct digest)};
	struct buf answers = {0};
	struct prove_ask asks;
	struct digest id;
	size_t i;

	(void)holder;
	(void)payload;
	must(prove_ask_decode(request->body, proof.count, &asks) == 0,
	    "questions");
	for (i = 0; i < proof.count; i++) {
		id = digest_from(request->ids.data + i * sizeof id);
		answer_one(&id, prove_ask_piece(&asks, i), &answers);
	}
	proof.seed = asks.seed;
	proof.first = asks.first;
	proof.answers = span_of_buf(&answers);
	must(proof_encode(&proof, &scalar, &answer->payload) == 0, "a proof");
	buf_release(&answers);
	return 0;
}

static const struct holder_calls calls = {.ask = ask};

static void
make_shards(struct buf *held)
{
	struct item item = {.size = PIECE_SIZE};
	struct digest id;
	unsigned i;

	for (i = 0; i < SHARDS; i++) {
		id = tree_root(shard(i));
		duty[i] = (struct duty){id, PIECE_SIZE};
		item.id = id;
		must(items_add(held, &item) == 0, "an item");
	}
	items_sort(held);
	must(duty_sort(duty, SHARDS) == SHARDS, "shards");
	for (i = 0; i < SHARDS; i++) {
		id = tree_root(shard(i));
		shard_of[duty_find(duty, SHARDS, &id) - duty] = i;
	}
}

static void
begin(void)
{
	struct secret owner = scalar_of(OWNER);
	struct digest id = owner_of(1).id;
	struct buf held = {0};
	struct span list;
	struct members made = {.number = 3,
	    .expires = 1,
	    .quorum = members_quorum(1, false),
	    .ids = span_of_digest(&id)};

	scalar = scalar_of(1);
	make_shards(&held);
	list = span_of_buf(&held);
	must(members_encode(&made, &owner, &members) == 0, "members");
	must(items_encode(&list, 1, &items) == 0, "items");
	must(roll_init(&roll, span_of_buf(&members), NULL,
		 span_of_buf(&items)) == 0,
	    "a roll");
	buf_release(&held);
}

/* Every so many of the shards, from the first on. */
static void
spoil(size_t every, enum fate is)
{
	size_t i;

	for (i = 0; i < SHARDS; i += every)
		fate[i] = is;
}

static size_t
count_of(enum verdict which, enum fate is)
{
	size_t i, count = 0;

	for (i = 0; i < SHARDS; i++)
		count += verdict[i] == which && fate[i] == is;
	return count;
}

/* Ask, and judge what is carried. */
static void
look(uint64_t samples)
{
	struct holder holder = {.calls = &calls};
	struct asking asking = {{{5}}, samples, {0}};
	struct question_proofs proofs = {NULL, 0};
	struct questions questions;
	struct span room[LIMIT_PROOFS];
	struct poll_list list = {room, 0};
	size_t size = 0;

	memset(asked, 0, sizeof asked);
	question_init(&questions, &roll, &asking);
	must(question_holder(&questions, &holder, 0, &proofs) == 0, "proofs");
	must(proofs.count <= LIMIT_PROOFS, "pages");
	for (; list.count < proofs.count; list.count++) {
		room[list.count] = span_of_buf(&proofs.document[list.count]);
		size += room[list.count].size;
	}
	check(findings_judge(&roll, 0, &asking, &list, verdict) == 1,
	    "it has not answered");
	check(size <= LIMIT_CARRIED, "%zu bytes are carried", size);
	question_release(&proofs);
}

static void
clear(void)
{
	memset(fate, 0, sizeof fate);
}

/* What it has lost, all of that and nothing else is bad. */
static void
test_lost(size_t every, enum fate is)
{
	size_t lost = (SHARDS + every - 1) / every;

	spoil(every, is);
	look(300);
	check(count_of(VERDICT_BAD, is) == lost, "%zu of %zu are bad",
	    count_of(VERDICT_BAD, is), lost);
	check(count_of(VERDICT_BAD, WHOLE) == 0, "what is whole is bad");
	check(count_of(VERDICT_OK, WHOLE) >= (every > 1 ? 4000 : 0),
	    "only %zu are proved", count_of(VERDICT_OK, WHOLE));
	clear();
}

/* Who says so once only has its page carried for it: some are. */
static void
test_once(enum fate is)
{
	spoil(100, is);
	look(300);
	check(count_of(VERDICT_BAD, is) >= 110, "only %zu are bad",
	    count_of(VERDICT_BAD, is));
	check(count_of(VERDICT_BAD, WHOLE) == 0, "what is whole is bad");
	clear();
}

/* A shard that none of the first questions of a full poll is about. */
static size_t
find_unasked(void)
{
	struct asking asking = {{{5}}, 0, {0}};
	struct findings asks;
	size_t i, place = 0;

	must(findings_ask(&asks, &roll, 0, &asking, false) == 0, "questions");
	must(asks.count == LIMIT_EACH, "a sample");
	for (i = 0; i < asks.count && asks.drawn[i].duty <= place; i++)
		place = asks.drawn[i].duty + 1;
	findings_release(&asks);
	return place;
}

/* One lost shard, which only asking about all of them finds. */
static void
test_full(void)
{
	look(0);
	check(count_of(VERDICT_OK, WHOLE) == SHARDS, "all is there");
	fate[find_unasked()] = LOST;
	look(0);
	check(count_of(VERDICT_BAD, LOST) == 1, "it is not found");
	check(count_of(VERDICT_OK, WHOLE) == SHARDS - 1,
	    "the rest stands by the sample");
	clear();
}

/* A disk that cannot be read is no loss, here either. */
static void
test_unread(void)
{
	spoil(10, UNREAD);
	look(300);
	check(count_of(VERDICT_SILENT, UNREAD) == SHARDS / 10,
	    "what cannot be read is silent");
	check(count_of(VERDICT_BAD, WHOLE) + count_of(VERDICT_BAD, UNREAD) == 0,
	    "and not bad");
	clear();
}

/* More lies than can be carried: what is carried convicts, nothing else. */
static void
test_lies(void)
{
	spoil(2, MADE_UP);
	look(300);
	check(count_of(VERDICT_BAD, MADE_UP) > 4000, "lies are carried");
	check(count_of(VERDICT_BAD, WHOLE) == 0, "what is whole is bad");
	clear();
}

int
main(void)
{
	begin();
	test_lost(20, LOST);
	test_lost(1, LOST);
	test_lost(100, MADE_UP);
	test_once(COY);
	test_once(CAGEY);
	test_full();
	test_unread();
	test_lies();
	buf_release(&members);
	buf_release(&items);
	return failures != 0;
}
