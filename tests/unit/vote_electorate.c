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
	struct digest draw = {{0}}, stranger = {{255}};
	struct members members;
	unsigned n, settle;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		n = table[i][0];
		members = members_of(n, false);
		must(electorate_init(&electorate, &members, &poll, 0, &draw) ==
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
		must(electorate_init(&electorate, &members, &poll, 0, &draw) ==
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
	struct digest draw = {{0}};

	check_fails(electorate_init(&electorate, &members, &poll, 5, &draw),
	    FAIL_DATA, "a committee of 5 is asked for, of 4 members",
	    "too large a committee");
	members = members_of(LIMIT_VOTERS + 1, false);
	check_fails(electorate_init(&electorate, &members, &poll, 0, &draw),
	    FAIL_DATA, "draw a committee", "too many voters");
	check(electorate_init(&electorate, &members, &poll, 31, &draw) == 0 &&
		electorate.count == 31 && electorate.quorum == 21 &&
		electorate.liars == 10,
	    "a committee of 31");
}

/* Everybody draws the same; another draw, poller or poll draws others; and
 * everybody's turn comes. */
static void
test_committee(void)
{
	struct members members = members_of(40, false);
	struct poll poll = {.sequence = 1};
	struct digest draw = {{0}};
	unsigned turn[40] = {0}, polls, i, same;
	int place;

	for (polls = 0; polls < 100; polls++) {
		poll.sequence = polls;
		must(electorate_init(&electorate, &members, &poll, 10, &draw) ==
			    0 &&
			electorate_init(&other, &members, &poll, 10, &draw) ==
			    0,
		    "a committee");
		check(memcmp(electorate.voter, other.voter,
			  10 * sizeof *other.voter) == 0,
		    "two draws of one committee");
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
	draw.byte[0] = 1;
	must(electorate_init(&other, &members, &poll, 10, &draw) == 0, "other");
	for (same = i = 0; i < 10; i++) {
		place = electorate_find(&other, &electorate.voter[i]);
		same += place >= 0;
	}
	check(same < 10, "another draw is the same");
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
	return failures != 0;
}
