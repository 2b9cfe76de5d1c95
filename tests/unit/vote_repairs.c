/* SPDX-License-Identifier: ISC */
/* What follows from a certificate: what is rebuilt, when, and by whom. */
#include "vote/repairs.h"

#include "crypto/hash.h"
#include "polls.h"

#define NOW 2000000000
#define HOUR 3600

static struct polls polls;
static struct repairs repairs;
static uint8_t verdict[POLLS_MEMBERS * POLLS_SHARDS];

/* Members of which each has one shard of each stripe. */
static void
begin(size_t members, size_t stripes)
{
	polls_init(&polls, members, stripes, false);
	memset(verdict, VERDICT_OK, sizeof verdict);
}

static uint8_t *
of(size_t member, size_t stripe)
{
	return &verdict[member * polls.each + stripe];
}

static struct stripe
stripe_number(size_t number)
{
	struct stripe stripe = {.number = number,
	    .total = (unsigned)polls.count};
	size_t i;

	for (i = 0; i < polls.count; i++)
		stripe.id[i] =
		    items_get(&polls.roll.items, i * polls.each + number).id;
	return stripe;
}

static void
open_repairs(void)
{
	must(repairs_init(&repairs, &polls.roll, verdict, NOW) == 0, "repairs");
}

static void
add_stripes(unsigned need)
{
	struct stripe stripe;
	size_t i;

	for (i = 0; i < polls.each; i++) {
		stripe = stripe_number(i);
		must(repairs_stripe(&repairs, need, &stripe, 7) == 0,
		    "a stripe");
	}
}

static int
judge(unsigned need)
{
	add_stripes(need);
	return repairs_judge(&repairs);
}

static void
end(void)
{
	repairs_release(&repairs);
	polls_release(&polls);
}

static void
check_rows(size_t count, size_t waiting, const char *what)
{
	check(repairs.count == count, "%s: %zu rows, not %zu", what,
	    repairs.count, count);
	check(repairs.waiting == waiting, "%s: %zu wait, not %zu", what,
	    repairs.waiting, waiting);
}

static void
test_nothing(void)
{
	begin(4, 3);
	open_repairs();
	check(judge(2) == 0, "nothing: %s", fail_last()->text);
	check_rows(0, 0, "nothing");
	check(!repairs_want(&repairs, &polls.roll.id), "nothing is wanted");
	end();
}

/* What is bad goes at once, the stripe with the smallest margin first. */
static void
test_bad(void)
{
	struct digest id, member;

	begin(7, 8);
	*of(0, 2) = *of(3, 5) = *of(4, 5) = VERDICT_BAD;
	open_repairs();
	check(judge(2) == 0, "bad: %s", fail_last()->text);
	check_rows(3, 0, "bad");
	check(repairs.row[0].stripe == 5 && repairs.row[1].stripe == 5 &&
		repairs.row[2].stripe == 2,
	    "the order of margins");
	check(repairs.row[0].intact == 5 && repairs.row[0].need == 2 &&
		repairs.row[2].intact == 6,
	    "intact: %u, %u", repairs.row[0].intact, repairs.row[2].intact);
	check(repairs.row[2].snapshot == 7 && repairs.row[2].item == 2,
	    "where it is");
	id = items_get(&polls.roll.items, 2).id;
	check(repairs_want(&repairs, &id), "it is wanted");
	member = members_id(&polls.roll.members, 0);
	check(repairs_due(&repairs, &member, &id), "because of member 0");
	member = members_id(&polls.roll.members, 3);
	check(!repairs_due(&repairs, &member, &id) &&
		!repairs_due(&repairs, &polls.roll.owner, &id),
	    "because of another");
	id = items_get(&polls.roll.items, 3).id;
	check(!repairs_want(&repairs, &id), "its neighbour is not");
	end();
}

/* A stripe that several snapshots list is rebuilt once. */
static void
test_twice(void)
{
	begin(4, 4);
	*of(1, 1) = VERDICT_BAD;
	open_repairs();
	add_stripes(2);
	check(judge(2) == 0, "twice: %s", fail_last()->text);
	check_rows(1, 0, "twice");
	end();
}

/* How many rows there are when one has been silent for so long. */
static void
test_silent(unsigned need, uint64_t since, size_t rows, const char *what)
{
	uint8_t before[sizeof verdict];
	uint64_t time;

	begin(5, 4);
	memcpy(before, verdict, sizeof before);
	*of(2, 3) = VERDICT_SILENT;
	before[2 * polls.each + 3] = VERDICT_NONE;
	open_repairs();
	for (time = NOW - HOUR; time >= since; time -= HOUR)
		repairs_before(&repairs, &polls.roll.items, before, time);
	before[2 * polls.each + 3] = VERDICT_OK;
	repairs_before(&repairs, &polls.roll.items, before, since - HOUR);
	before[2 * polls.each + 3] = VERDICT_SILENT;
	repairs_before(&repairs, &polls.roll.items, before, 1);
	check(judge(need) == 0, "%s: %s", what, fail_last()->text);
	check_rows(rows, 1 - rows, what);
	check(repairs.count == 0 || repairs.row[0].since == since,
	    "%s: since %llu", what, (unsigned long long)repairs.row[0].since);
	end();
}

/* Certificates that say nothing about a time before. */
static void
test_before(void)
{
	struct items others = {.holders = 3};

	begin(5, 4);
	*of(2, 3) = VERDICT_SILENT;
	open_repairs();
	repairs_before(&repairs, &others, verdict, 1);
	repairs_before(&repairs, &polls.roll.items, verdict, NOW);
	check(repairs.oldest == NOW, "other members, and a later poll, count");
	others.holders = 5;
	repairs_before(&repairs, &others, verdict, 2);
	check(judge(2) == 0, "before: %s", fail_last()->text);
	check_rows(0, 1, "an item that is new");
	end();
}

/* Who says that it has what two polls in a row call bad is not believed. */
static void
test_doubt(void)
{
	uint8_t before[sizeof verdict];
	struct digest member, other, id;

	begin(4, 5);
	*of(2, 3) = VERDICT_BAD;
	*of(2, 4) = VERDICT_SILENT;
	memcpy(before, verdict, sizeof before);
	*of(2, 2) = VERDICT_BAD;
	open_repairs();
	member = members_id(&polls.roll.members, 2);
	other = members_id(&polls.roll.members, 1);
	id = items_get(&polls.roll.items, 2 * polls.each + 3).id;
	check(!repairs_doubt(&repairs, &member, &id), "after one poll");
	repairs_before(&repairs, &polls.roll.items, before, NOW - HOUR);
	check(repairs_doubt(&repairs, &member, &id), "after two polls");
	check(!repairs_doubt(&repairs, &other, &id), "another member");
	check(!repairs_doubt(&repairs, &polls.roll.owner, &id), "a stranger");
	id = items_get(&polls.roll.items, 2 * polls.each + 2).id;
	check(!repairs_doubt(&repairs, &member, &id), "bad since today");
	id = items_get(&polls.roll.items, 2 * polls.each + 4).id;
	check(!repairs_doubt(&repairs, &member, &id), "one that is silent");
	end();
}

/* Undecided: it is neither rebuilt nor relied on. */
static void
test_undecided(void)
{
	begin(4, 5);
	*of(0, 0) = VERDICT_NONE;
	*of(1, 0) = VERDICT_BAD;
	open_repairs();
	check(judge(2) == 0, "undecided: %s", fail_last()->text);
	check_rows(1, 0, "undecided");
	check(repairs.row[0].intact == 2, "%u intact", repairs.row[0].intact);
	end();
}

/* A shard at two members: the list of items says so. */
static void
share_shard(size_t from, size_t to)
{
	struct span held[POLLS_MEMBERS];
	struct buf more = {0}, list = {0};
	struct item item = items_get(&polls.roll.items, from * polls.each);
	size_t i;

	for (i = 0; i < polls.count; i++)
		held[i] = polls.roll.items.held[i];
	must(buf_append(&more, held[to]) == 0 && items_add(&more, &item) == 0,
	    "one more");
	items_sort(&more);
	held[to] = span_of_buf(&more);
	must(items_encode(held, polls.count, &list) == 0 &&
		roll_init(&polls.roll, span_of_buf(&polls.members), NULL,
		    span_of_buf(&list)) == 0,
	    "a roll");
	buf_release(&polls.items);
	polls.items = list;
	buf_release(&more);
}

/*
 * What one has lost and another one has, or may come back with, is not
 * missing; if both have lost it, it is missing once.
 */
static void
test_elsewhere(enum verdict there, size_t rows, size_t waiting)
{
	struct item item;
	size_t i;

	begin(4, 5);
	item = items_get(&polls.roll.items, 0);
	share_shard(0, 1);
	for (i = 0; i < items_count(&polls.roll.items); i++)
		verdict[i] = VERDICT_OK;
	verdict[0] = VERDICT_BAD;
	verdict[items_find(&polls.roll.items, 1, &item.id)] = there;
	open_repairs();
	must(repairs_stripe(&repairs, 1,
		 &(struct stripe){.total = 1, .id = {item.id}}, 1) == 0 &&
		repairs_judge(&repairs) == 0,
	    "judge");
	check_rows(rows, waiting, verdict_name(there));
	end();
}

/* With `need` 1 all shards of a stripe are the same. */
static void
test_copies(void)
{
	struct stripe stripe = {.total = 2};

	begin(3, 4);
	share_shard(0, 1);
	stripe.id[0] = stripe.id[1] = items_get(&polls.roll.items, 0).id;
	verdict[0] = VERDICT_BAD;
	open_repairs();
	must(repairs_stripe(&repairs, 1, &stripe, 1) == 0 &&
		repairs_judge(&repairs) == 0,
	    "judge");
	check_rows(1, 0, "copies");
	check(repairs.row[0].intact == 1, "%u copies intact",
	    repairs.row[0].intact);
	end();
}

/* One may lose everything; more than a fifth at others is an alarm. */
static void
test_alarm(size_t others, bool alarm)
{
	size_t i;

	begin(4, 5);
	for (i = 0; i < 5; i++)
		*of(0, i) = VERDICT_BAD;
	for (i = 0; i < others; i++)
		*of(1 + i % 3, i) = VERDICT_SILENT;
	open_repairs();
	if (alarm) {
		check_fails(judge(1), FAIL_NO, "nothing is rebuilt", "alarm");
		check(repairs.count == 0, "it is done all the same");
	} else {
		check(judge(1) == 0, "no alarm: %s", fail_last()->text);
		check(repairs.count > 0, "nothing to do");
	}
	end();
}

/* What has turned in one poll and the next is no alarm in either. */
static void
test_slowly(void)
{
	uint8_t before[sizeof verdict];
	size_t i;

	begin(4, 5);
	for (i = 0; i < 5; i++)
		*of(0, i) = VERDICT_BAD;
	*of(1, 1) = *of(2, 2) = VERDICT_BAD;
	*of(3, 3) = VERDICT_BAD;
	memcpy(before, verdict, sizeof before);
	*of(1, 2) = *of(2, 3) = *of(3, 4) = VERDICT_BAD;
	open_repairs();
	repairs_before(&repairs, &polls.roll.items, before, NOW - HOUR);
	check(judge(1) == 0, "slowly: %s", fail_last()->text);
	check_rows(11, 0, "slowly");
	end();
}

/* All shares together are all there is, and none is in two. */
static void
test_shares(void)
{
	size_t i, k, all = 0;
	struct digest member, id, hash[2], other;

	begin(4, 5);
	for (i = 0; i < 5; i++)
		*of(0, i) = VERDICT_BAD;
	for (i = 0; i < 4; i++) {
		member = members_id(&polls.roll.members, i);
		open_repairs();
		must(judge(2) == 0, "judge");
		repairs_share(&repairs, &member);
		check(i > 0 || repairs.count == 0, "who has nothing repairs");
		for (k = 0; k < repairs.count; k++) {
			id = items_get(&polls.roll.items, repairs.row[k].item)
				 .id;
			hash[0] = hash_pair(span_of_digest(&id),
			    span_of_digest(&member));
			other =
			    members_id(&polls.roll.members, i == 3 ? 1 : i + 1);
			hash[1] = hash_pair(span_of_digest(&id),
			    span_of_digest(&other));
			check(memcmp(&hash[0], &hash[1], 32) < 0,
			    "it is not the lowest hash");
			check(repairs_want(&repairs, &id), "it is not wanted");
		}
		all += repairs.count;
		repairs_release(&repairs);
	}
	check(all == 5, "the shares are %zu together", all);
	open_repairs();
	must(judge(2) == 0, "judge");
	repairs_share(&repairs, &polls.roll.owner);
	check(repairs.count == 0, "a stranger has a share");
	end();
}

/* Nobody has anything of a stripe: nobody's share. */
static void
test_lost(void)
{
	struct digest member;
	size_t i, all = 0;

	begin(2, 8);
	*of(0, 0) = *of(1, 0) = VERDICT_BAD;
	for (i = 0; i < 2; i++) {
		member = members_id(&polls.roll.members, i);
		open_repairs();
		must(judge(1) == 0, "judge");
		check_rows(2, 0, "lost");
		check(repairs.row[0].intact == 0, "something is intact");
		repairs_share(&repairs, &member);
		all += repairs.count;
		repairs_release(&repairs);
	}
	check(all == 0, "%zu of a lost stripe are shared out", all);
	polls_release(&polls);
}

/* Many items, so that there is more to do than may be. */
static void
test_most(void)
{
	size_t i, count = 10 * LIMIT_REPAIRS;
	struct buf held = {0}, list = {0};
	struct span both[2] = {{0}};
	struct stripe stripe = {.total = 1};
	uint8_t *many = calloc(count, 1);
	struct item item = {.size = 1};

	begin(2, 1);
	for (i = 0; i < count; i++) {
		random_fill(item.id.byte, sizeof item.id);
		must(items_add(&held, &item) == 0, "an item");
	}
	items_sort(&held);
	both[0] = span_of_buf(&held);
	must(items_encode(both, 2, &list) == 0 &&
		roll_init(&polls.roll, span_of_buf(&polls.members), NULL,
		    span_of_buf(&list)) == 0,
	    "a roll");
	for (i = 0; i < LIMIT_REPAIRS + 7; i++)
		many[i * 9] = VERDICT_BAD;
	must(repairs_init(&repairs, &polls.roll, many, NOW) == 0, "repairs");
	for (i = 0; i < count; i++) {
		stripe.id[0] = items_get(&polls.roll.items, i).id;
		must(repairs_stripe(&repairs, 0, &stripe, i) == 0, "a stripe");
	}
	check(LIMIT_REPAIRS == 1000, "man shard-vote says 1000");
	check(repairs_judge(&repairs) == 0, "many: %s", fail_last()->text);
	check(repairs.count == LIMIT_REPAIRS && repairs.postponed == 7,
	    "%zu now, %zu later", repairs.count, repairs.postponed);
	buf_release(&held);
	buf_release(&list);
	free(many);
	end();
}

int
main(void)
{
	test_nothing();
	test_bad();
	test_twice();
	test_silent(2, NOW - 5 * HOUR, 0, "silent for five hours");
	test_silent(2, NOW - 71 * HOUR, 0, "silent for 71 hours");
	test_silent(2, NOW - 72 * HOUR, 1, "silent for three days");
	test_silent(3, NOW - 2 * HOUR, 1, "silent, and only one may go");
	test_before();
	test_doubt();
	test_undecided();
	test_elsewhere(VERDICT_OK, 0, 0);
	test_elsewhere(VERDICT_NONE, 0, 0);
	test_elsewhere(VERDICT_SILENT, 1, 0);
	test_elsewhere(VERDICT_BAD, 1, 0);
	test_copies();
	test_alarm(3, false);
	test_alarm(4, true);
	test_slowly();
	test_shares();
	test_lost();
	test_most();
	return failures > 0;
}
