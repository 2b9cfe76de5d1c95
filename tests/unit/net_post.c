/* SPDX-License-Identifier: ISC */
/*
 * What a responder says to those who ask, and when (RFC 6762 sections 6 and
 * 8.3): with a clock that the test moves.
 */
#include "posted.h"

#define MANY 300 /* tries of what is random */

static void
test_start(void)
{
	int64_t first = INT64_MAX, last = 0;
	int i;

	for (i = 0; i < MANY; i++) {
		start();
		first = begin - now < first ? begin - now : first;
		last = begin - now > last ? begin - now : last;
	}
	check(first >= 0 && first < 50 && last < 250 && last > 200,
	    "begins after %lld to %lld ms", (long long)first, (long long)last);
	start_quiet();
	check(post_due(&post) == INT64_MAX, "nothing more is due");
	check_fails(post_start(&post, "..", "me", now), FAIL_USAGE,
	    "is not a domain name", "no names");
}

/* Who is woken late is late, but keeps the distances. */
static void
test_late(void)
{
	start();
	now = begin + 400;
	post_work(&post, now);
	run(begin + 5000);
	sends("P400 P650 P900 A1150 A2150", "late");
}

static void
test_answers(void)
{
	int64_t first = INT64_MAX, last = 0, due;
	int i;

	for (i = 0; i < MANY; i++) {
		start_quiet();
		asks("10.0.0.2");
		due = post_due(&post) - now;
		first = due < first ? due : first;
		last = due > last ? due : last;
		asks("10.0.0.3");
		check(post_due(&post) - now <= due, "who asks more delays");
		run(now + 2000);
		check(sent.size > 0 &&
			memchr(sent.data, ' ', sent.size) == NULL,
		    "one answer for both");
	}
	check(first >= 20 && first < 40 && last < 120 && last > 100,
	    "answers after %lld to %lld ms", (long long)first, (long long)last);
	start_quiet();
	asks_as("10.0.0.2", MULTICAST_PORT, DNS_TRUNCATED, false);
	due = post_due(&post) - now;
	check(due >= 400 && due < 500, "more to come: %lld", (long long)due);
}

static void
test_rate(void)
{
	start_quiet();
	answer_once();
	while (now < begin + 2500) {
		asks("10.0.0.2");
		run(now + 10);
	}
	sends("A1000 A2000", "asked a hundred times a second");
}

/* Who turns out to know it is not told, unless another asked as well. */
static void
test_known(void)
{
	start_quiet();
	asks_as("10.0.0.2", MULTICAST_PORT, 0, true);
	check(post_due(&post) == INT64_MAX, "known, and asked");
	asks_as("10.0.0.2", MULTICAST_PORT, DNS_TRUNCATED, false);
	asks_as("10.0.0.3", MULTICAST_PORT, 0, true);
	check(post_due(&post) != INT64_MAX, "known to another");
	asks_as("10.0.0.2", MULTICAST_PORT, 0, true);
	check(post_due(&post) == INT64_MAX, "known");
	asks_as("10.0.0.2", MULTICAST_PORT, DNS_TRUNCATED, false);
	asks_as("10.0.0.3", MULTICAST_PORT, DNS_TRUNCATED, false);
	asks_as("10.0.0.2", MULTICAST_PORT, 0, true);
	check(post_due(&post) != INT64_MAX, "known to one of two");
}

/* Who has no ears for the group is told at once, if he is on the link. */
static void
test_legacy(void)
{
	uint8_t nothing[12] = {0};

	start();
	run(begin + 100);
	asks_as("10.0.0.2", 1234, 0, false);
	sends("P0", "while probing");
	start_quiet();
	asks_as("192.0.2.1", 1234, 0, false);
	take(span_of(nothing, sizeof nothing), "10.0.0.2", 1234);
	sends("", "off the link, and nothing");
	asks_as("10.0.0.2", 1234, 0, false);
	asks_as("10.0.0.2", 1235, 0, false);
	now += 49;
	asks_as("10.0.0.2", 1234, 0, false);
	now += 1;
	asks_as("10.0.0.2", 1234, 0, false);
	sends("L0 L50", "twenty a second");
	check(post_due(&post) == INT64_MAX, "and not by multicast");
}

int
main(void)
{
	test_start();
	test_late();
	test_answers();
	test_rate();
	test_known();
	test_legacy();
	buf_release(&sent);
	buf_release(&looped);
	return failures != 0;
}
