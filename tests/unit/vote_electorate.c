/* SPDX-License-Identifier: ISC */
/* Who votes, how many make what, and how a committee is drawn. */
#include "vote/electorate.h"

#include "check.h"

static struct digest ids[LIMIT_MEMBERS];
static struct electorate electorate, other;

static struct members
members_of(size_t count, bool strict)
{
	return (struct members){.number = 1,
	    .liars = members_liars(count),
	    .quorum = members_quorum(count, strict),
	    .ids = span_of(ids, count * sizeof *ids)};
}

/* The arithmetic: n, b, q, how many may be silent, how many are exposed. */
static void
test_table(void)
{
	static const unsigned table[][5] = {{1, 0, 1, 0, 1}, {2, 0, 2, 0, 2},
	    {3, 0, 2, 1, 1}, {4, 1, 3, 1, 2}, {5, 1, 4, 1, 3}, {6, 1, 4, 2, 2},
	    {7, 2, 5, 2, 3}, {10, 3, 7, 3, 4}, {16, 5, 11, 5, 6},
	    {31, 10, 21, 10, 11}, {100, 33, 67, 33, 34}};
	struct poll poll = {.sequence = 1};
	struct digest stranger = {{255}};
	struct members members;
	unsigned n, settle;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		n = table[i][0];
		members = members_of(n, false);
		must(electorate_init(&electorate, &members, &poll, 0, false) ==
			0,
		    "an electorate");
		check(electorate.count == n && electorate.liars == table[i][1],
		    "%u voters: %u liars", n, electorate.liars);
		check(electorate.quorum == table[i][2] &&
			n - electorate.quorum == table[i][3] &&
			2 * electorate.quorum - n == table[i][4],
		    "%u voters: quorum %u", n, electorate.quorum);
		settle = electorate_settle(&electorate, &ids[0]);
		check(settle > electorate.liars && settle * 2 > n - 1 &&
			(n == 1 || settle <= n - 1),
		    "%u voters: %u settle it", n, settle);
		check(electorate_settle(&electorate, &stranger) >= settle,
		    "a holder that does not vote");
		members = members_of(n, true);
		must(electorate_init(&electorate, &members, &poll, 0, false) ==
			0,
		    "an electorate");
		check(electorate.quorum == n, "strict");
	}
}

static void
test_refused(void)
{
	struct members members = members_of(4, false);
	struct poll poll = {.sequence = 1};

	check_fails(electorate_init(&electorate, &members, &poll, 5, false),
	    FAIL_DATA, "a committee of 5 is asked for, of 4 members",
	    "too large a committee");
	members = members_of(LIMIT_VOTERS + 1, false);
	check_fails(electorate_init(&electorate, &members, &poll, 0, false),
	    FAIL_DATA, "draw a committee", "too many voters");
	check(electorate_init(&electorate, &members, &poll, 31, false) == 0 &&
		electorate.count == 31 && electorate.quorum == 21 &&
		electorate.liars == 10,
	    "a committee of 31");
}

static void
draw(struct electorate *to, const struct members *members,
    const struct poll *poll)
{
	must(electorate_init(to, members, poll, 10, false) == 0, "a committee");
}

static bool
are_same(void)
{
	return memcmp(electorate.voter, other.voter,
		   10 * sizeof *other.voter) == 0;
}

/* Everybody draws the same, and everybody's turn comes. */
static void
test_committee(void)
{
	struct members members = members_of(40, false);
	struct poll poll = {.sequence = 1};
	unsigned turn[40] = {0}, term, i;

	for (term = 0; term < 100; term++) {
		poll.sequence = term * ELECTORATE_TERM_MS;
		draw(&electorate, &members, &poll);
		draw(&other, &members, &poll);
		check(are_same(), "two draws of one committee");
		for (i = 0; i < 40; i++)
			turn[i] += electorate_find(&electorate, &ids[i]) >= 0;
		for (i = 1; i < 10; i++)
			check(memcmp(&electorate.voter[i - 1],
				  &electorate.voter[i], 32) < 0,
			    "not sorted");
	}
	for (i = 0; i < 40; i++)
		check(turn[i] > 5 && turn[i] < 60, "member %u: %u of 100", i,
		    turn[i]);
}

/* A poller has one committee at a time, whatever it calls its polls. */
static void
test_term(void)
{
	struct members members = members_of(40, false);
	struct poll poll = {.sequence = 77 * ELECTORATE_TERM_MS};

	draw(&electorate, &members, &poll);
	poll.sequence += ELECTORATE_TERM_MS - 1;
	draw(&other, &members, &poll);
	check(are_same(), "another committee in the same term");
	poll.sequence++;
	draw(&other, &members, &poll);
	check(!are_same(), "the next term has the same");
	poll.sequence--;
	poll.poller.byte[0] = 1;
	draw(&other, &members, &poll);
	check(!are_same(), "another poller has the same");
	poll.poller.byte[0] = 0;
	poll.members.byte[0] = 1;
	draw(&other, &members, &poll);
	check(!are_same(), "another members document makes the same");
}

/* And it cannot say that it is another time. */
static void
test_now(void)
{
	struct poll poll = {.sequence = 5000 * 1000 * 1000ULL};
	uint64_t now = 5000 * 1000ULL, hour = 3600;

	check(electorate_is_now(&poll, now), "now");
	check(electorate_is_now(&poll, now + hour) &&
		electorate_is_now(&poll, now - hour),
	    "an hour off");
	check(!electorate_is_now(&poll, now + hour + 1) &&
		!electorate_is_now(&poll, now - hour - 1),
	    "more than an hour off");
	poll.sequence = UINT64_MAX;
	check(!electorate_is_now(&poll, now), "the end of time");
	poll.sequence = 0;
	check(!electorate_is_now(&poll, now), "its beginning");
}

/* Up to 31 all vote, of more 31, and always as many as are asked for. */
static void
test_size(void)
{
	static const unsigned table[][3] = {{4, 0, 0}, {31, 0, 0}, {32, 0, 31},
	    {1000, 0, 31}, {1000, 100, 100}, {31, 7, 7}, {4, 9, 9}};
	struct members members;
	uint64_t size;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		members = members_of(table[i][0], false);
		size = electorate_committee(&members, table[i][1]);
		check(size == table[i][2], "of %u members %u", table[i][0],
		    (unsigned)size);
	}
}

static void
test_strict(void)
{
	struct members members = members_of(40, false);
	struct poll poll = {.sequence = 1};

	must(electorate_init(&electorate, &members, &poll, 0, true) == 0 &&
		electorate_init(&other, &members, &poll, 10, true) == 0,
	    "strict ones");
	check(electorate.quorum == 40 && electorate.liars == 13, "all: %u",
	    electorate.quorum);
	check(other.quorum == 10, "a committee: %u", other.quorum);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < LIMIT_MEMBERS; i++) {
		ids[i].byte[0] = (uint8_t)(i >> 8);
		ids[i].byte[1] = (uint8_t)i;
		ids[i].byte[2] = 1;
	}
	test_refused();
	test_table();
	test_committee();
	test_term();
	test_now();
	test_size();
	test_strict();
	return failures != 0;
}
