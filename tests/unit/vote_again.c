/* SPDX-License-Identifier: ISC */
/*
 * What is asked again: which lists are refused, who is asked for what in
 * them, what its answers come to, and what is left for the next poll.
 */
#include "vote/again.h"

#include "crypto/piece.h"
#include "polls.h"

static struct polls polls;
static struct buf list;

static void
add(uint32_t item, uint32_t piece)
{
	must(again_add(&list, &(struct again){item, piece}) == 0, "again");
}

static struct span
all(void)
{
	return span_of_buf(&list);
}

static void
refused(const struct items *items, const char *what)
{
	check_fails(again_check(all(), items), FAIL_DATA, "asked again", what);
	list.size = 0;
}

/* Of 32 shards with two pieces each. */
static void
test_refused(void)
{
	const struct items *items = &polls.roll.items;

	check(again_check(all(), items) == 0, "none");
	add(0, 1);
	add(3, 0);
	add(3, 1);
	add(31, 1);
	check(again_check(all(), items) == 0, "a good list: %s",
	    fail_last()->text);
	list.size--;
	refused(items, "cut");
	add(3, 0);
	add(2, 1);
	refused(items, "items out of order");
	add(3, 1);
	add(3, 0);
	refused(items, "pieces out of order");
	add(3, 1);
	add(3, 1);
	refused(items, "one twice");
	add(32, 0);
	refused(items, "no such item");
	add(31, 2);
	refused(items, "no such piece");
	add(UINT32_MAX, UINT32_MAX);
	refused(items, "neither");
}

/* One shard has enough pieces for a list that is too long. */
static void
test_too_many(void)
{
	struct item item = {{{1}}, LIMIT_SHARD_SIZE_MAX};
	static struct items items;
	struct buf held = {0}, bytes = {0};
	struct span span;
	uint32_t i;

	must(items_add(&held, &item) == 0, "an item");
	span = span_of_buf(&held);
	must(items_encode(&span, 1, &bytes) == 0 &&
		items_decode(span_of_buf(&bytes), 1, &items) == 0,
	    "items");
	for (i = 0; i < LIMIT_AGAIN; i++)
		add(0, i);
	check(again_check(all(), &items) == 0, "as many as may be: %s",
	    fail_last()->text);
	add(0, i);
	refused(&items, "too many");
	buf_release(&held);
	buf_release(&bytes);
}

/* No voter takes part in a poll with such a list, nor can it be sent. */
static void
test_openings(void)
{
	struct secret scalar = scalar_of(POLLS_OWNER), key;
	struct opening opening = polls_opening(&polls, -1, 1), read;
	struct journal journal = {0};
	struct voter voter = polls_voter(&polls, 0, &key, &journal);
	struct buf document = {0}, answer = {0};
	struct digest number = {{7}};
	static struct poller poller;
	uint32_t i;

	add(31, 2);
	opening.items = polls.roll.items_root;
	opening.count = items_count(&polls.roll.items);
	opening.again = all();
	check_fails(poller_open(&poller, &scalar, &polls.roll, &opening,
			&number),
	    FAIL_DATA, "asked again", "a poller");
	must(opening_encode(&opening, &scalar, &document) == 0, "encode");
	check_fails(voter_join(&voter, span_of_buf(&document), JOINING_YES,
			&answer),
	    FAIL_DATA, "asked again", "a voter");
	check(answer.size == 0 && journal.said[0].size == 0, "it has joined");
	list.size = document.size = 0;
	for (i = 0; i <= LIMIT_AGAIN; i++)
		add(0, i);
	opening.again = all();
	must(opening_encode(&opening, &scalar, &document) == 0, "encode");
	check_fails(opening_decode(span_of_buf(&document), &read), FAIL_DATA,
	    "malformed", "too long");
	list.size = 0;
	buf_release(&document);
	buf_release(&answer);
}

static void
asks_behind(size_t holder, uint64_t samples, size_t drawn, size_t more)
{
	struct asking asking = {{{7}}, samples, all()};
	size_t i, first = polls.roll.items.first[holder];
	struct findings asks;

	must(findings_ask(&asks, &polls.roll, holder, &asking, false) == 0,
	    "questions");
	check(asks.count == drawn + more, "holder %zu is asked for %zu", holder,
	    asks.count);
	for (i = 0; i < more; i++)
		check(asks.drawn[drawn + i].duty == 2 * i + 1 &&
			asks.drawn[drawn + i].piece == 1,
		    "holder %zu, from item %zu: not item %zu", holder, first,
		    i);
	findings_release(&asks);
	must(findings_ask(&asks, &polls.roll, holder, &asking, true) == 0,
	    "questions");
	check(asks.count == 8, "of each shard there is one question");
	findings_release(&asks);
}

/* Each is asked for its own, behind what is drawn, few or all. */
static void
test_asked(void)
{
	uint32_t item;

	for (item = 9; item < 24; item += 2)
		add(item, 1);
	asks_behind(0, 5, 5, 0);
	asks_behind(1, 5, 5, 4);
	asks_behind(2, 5, 5, 4);
	asks_behind(2, 300, 8, 4);
	asks_behind(3, 5, 5, 0);
	list.size = 0;
}

/* Of the first sample, the item that it asks for first. */
static size_t
find_asked(const struct asking *asking, struct again *again)
{
	struct findings asks;
	size_t duty;

	must(findings_ask(&asks, &polls.roll, 0, asking, false) == 0, "ask");
	duty = asks.drawn[0].duty;
	*again = (struct again){(uint32_t)duty, asks.drawn[0].piece};
	findings_release(&asks);
	return duty;
}

/* A shard that a poll of that seed does not ask for. */
static size_t
find_unasked(const struct asking *asking)
{
	struct again again;

	return find_asked(asking, &again) == 0 ? 1 : 0;
}

static void
judged(const struct asking *asking, const struct asking *answered,
    enum proof_verdict said, int result, enum verdict wanted)
{
	enum proof_verdict says[POLLS_SHARDS] = {PROOF_OK};
	size_t unasked = find_unasked(asking);
	uint8_t verdict[POLLS_SHARDS];
	struct buf proof = {0};
	struct span one;
	struct poll_list proofs = {&one, 1};
	int got;

	says[unasked] = said;
	polls_answer(&polls, 0, answered, false, says, &proof);
	one = span_of_buf(&proof);
	got = findings_judge(&polls.roll, 0, asking, &proofs, verdict);
	check(got == result && verdict[unasked] == wanted, "%s: %d, %s",
	    proof_verdict_name(said), got, verdict_name(verdict[unasked]));
	buf_release(&proof);
}

/* A sample speaks for the rest only when what is asked again is right, too. */
static void
test_judged(void)
{
	struct asking sample = {{{7}}, 1, {0}}, again = sample;

	judged(&sample, &sample, PROOF_MISSING, 1, VERDICT_OK);
	add((uint32_t)find_unasked(&sample), 1);
	again.again = all();
	judged(&again, &again, PROOF_OK, 1, VERDICT_OK);
	judged(&again, &again, PROOF_MISSING, 1, VERDICT_BAD);
	judged(&again, &again, PROOF_WRONG, 1, VERDICT_BAD);
	judged(&again, &again, PROOF_BUSY, 1, VERDICT_SILENT);
	judged(&again, &sample, PROOF_OK, 0, VERDICT_NONE);
	list.size = 0;
}

static bool
lists(const struct again *wanted)
{
	struct again one;
	size_t i;

	for (i = 0; i < list.size / AGAIN_SIZE; i++) {
		one = again_get(all(), i);
		if (one.item == wanted->item && one.piece == wanted->piece)
			return true;
	}
	return false;
}

static void
turn(const uint8_t *verdict, uint8_t seed, const struct roll *now)
{
	struct asking asked = {{{seed}}, 1, all()};

	must(again_turn(&polls.roll, verdict, &asked, now, &list) == 0, "turn");
	check(again_check(all(), &now->items) == 0, "the list: %s",
	    fail_last()->text);
}

/* The same pieces, from poll to poll, until they are answered. */
static void
test_turn(void)
{
	struct asking asked = {{{7}}, 1, {0}};
	uint8_t verdict[4 * POLLS_SHARDS] = {0};
	struct again again;
	size_t item = find_asked(&asked, &again);
	uint8_t seed;

	turn(verdict, 7, &polls.roll);
	check(list.size == 0, "all was there");
	verdict[item] = VERDICT_BAD;
	turn(verdict, 7, &polls.roll);
	check(list.size == 0, "what is bad is known");
	verdict[item] = VERDICT_NONE;
	turn(verdict, 7, &polls.roll);
	check(lists(&again), "an undecided one");
	for (seed = 8; seed < 30; seed++) {
		verdict[item] = VERDICT_SILENT;
		turn(verdict, seed, &polls.roll);
		check(lists(&again), "poll %u has forgotten it", seed);
	}
	check(list.size <= 2 * AGAIN_SIZE, "of one shard, two pieces");
	verdict[item] = VERDICT_OK;
	turn(verdict, 30, &polls.roll);
	check(list.size == 0, "it was answered");
}

/* What is no longer there is not asked for; what is has another place. */
static void
test_dropped(void)
{
	static struct roll now;
	struct span held[4];
	struct buf items = {0};
	uint8_t verdict[4 * POLLS_SHARDS];
	size_t i;

	memset(verdict, VERDICT_SILENT, sizeof verdict);
	for (i = 0; i < 4; i++)
		held[i] = polls.roll.items.held[i];
	held[0].size = 0;
	held[1].size -= ITEM_SIZE;
	must(items_encode(held, 4, &items) == 0 &&
		roll_init(&now, span_of_buf(&polls.members), NULL,
		    span_of_buf(&items)) == 0,
	    "a roll");
	turn(verdict, 7, &now);
	check(again_of(all(), 0, 7).size >= 7 * AGAIN_SIZE, "seven of one");
	check(again_of(all(), 7, 23).size >= 16 * AGAIN_SIZE, "the others");
	check(again_of(all(), 23, SIZE_MAX).size == 0, "no more");
	list.size = 0;
	buf_release(&items);
}

/* Four holders of 2000 shards fall silent: each has a quarter of the list. */
static void
test_shared(void)
{
	static struct roll roll;
	static uint8_t verdict[8000];
	struct asking asked = {{{7}}, 1000, {0}};
	struct item item = {.size = 5000};
	struct buf held = {0}, items = {0};
	struct span four[4];
	size_t i, size;

	for (i = 0; i < 2000; i++) {
		memcpy(item.id.byte, &i, sizeof i);
		must(items_add(&held, &item) == 0, "an item");
	}
	items_sort(&held);
	for (i = 0; i < 4; i++)
		four[i] = span_of_buf(&held);
	must(items_encode(four, 4, &items) == 0 &&
		roll_init(&roll, span_of_buf(&polls.members), NULL,
		    span_of_buf(&items)) == 0,
	    "a roll");
	memset(verdict, VERDICT_SILENT, sizeof verdict);
	must(again_turn(&roll, verdict, &asked, &roll, &list) == 0, "turn");
	check(again_check(all(), &roll.items) == 0, "%zu of them: %s",
	    list.size / AGAIN_SIZE, fail_last()->text);
	for (i = 0; i < 4; i++) {
		size = again_of(all(), i * 2000, (i + 1) * 2000).size;
		check(size > 600 * AGAIN_SIZE &&
			size <= LIMIT_AGAIN / 4 * AGAIN_SIZE,
		    "holder %zu has %zu", i, size / AGAIN_SIZE);
	}
	list.size = 0;
	buf_release(&held);
	buf_release(&items);
}

int
main(void)
{
	polls_init(&polls, 4, POLLS_SHARDS, false);
	test_refused();
	test_too_many();
	test_openings();
	test_asked();
	test_judged();
	test_turn();
	test_dropped();
	test_shared();
	buf_release(&list);
	polls_release(&polls);
	return failures != 0;
}
