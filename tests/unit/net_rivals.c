/* SPDX-License-Identifier: ISC */
/*
 * What a responder does when another has its names, or wants them (RFC 6762
 * sections 8.1, 8.2 and 9), and what it takes back (10.1).
 */
#include "posted.h"

/* Who probes for our names learns at once that they are taken. */
static void
test_probed(void)
{
	start_quiet();
	rival_says(CLAIM_PROBE, 7118);
	run(now + 100);
	rival_says(CLAIM_PROBE, 1);
	run(now + 1000);
	sends("A0 A250", "probed");
	answer_once();
	asks("10.0.0.2");
	rival_says(CLAIM_PROBE, 7118);
	run(now + 3000);
	sends("A250", "probed when asked");
	has_name("me._x._tcp.local", "probed");
}

/* Both probe at once: the greater data win, the others look again. */
static void
test_tie(void)
{
	start();
	run(begin + 100);
	rival_says(CLAIM_PROBE, 7116);
	run(begin + 300);
	rival_says(CLAIM_PROBE, 7117);
	run(begin + 5000);
	sends("P0 P250 P500 A750 A1750", "a tie that is won");
	start();
	run(begin + 300);
	rival_says(CLAIM_PROBE, 7118);
	run(begin + 1400);
	has_name("me._x._tcp.local", "a tie that is lost");
	sends("P0 P250 P1300", "a tie that is lost");
	rival_says(CLAIM_ANSWER, 7118);
	has_name("me-2._x._tcp.local", "and the winner answers");
	run(begin + 5000);
	sends("P1650 P1900 P2150 A2400 A3400", "under another name");
}

/* A name that is ours is probed for again, and lost only to who has it. */
static void
test_conflict(void)
{
	start_quiet();
	rival_says(CLAIM_ANSWER, 7117);
	rival_says(CLAIM_GOODBYE, 7118);
	check(post_due(&post) == INT64_MAX, "the same, and a goodbye");
	rival_says(CLAIM_ANSWER, 7118);
	run(now + 3000);
	sends("P250 P500 P750 A1000 A2000", "nobody has it any more");
	has_name("me._x._tcp.local", "nobody has it");
	begin = now;
	rival_says(CLAIM_ANSWER, 7118);
	run(now + 300);
	rival_says(CLAIM_ANSWER, 7118);
	has_name("me-2._x._tcp.local", "somebody has it");
	run(now + 3000);
	sends("P250 P550 P800 P1050 A1300 A2300", "somebody has it");
}

/* Who takes every name does not make us hurry from one to the next. */
static void
test_haste(void)
{
	int64_t was;
	int i;

	start();
	for (i = 1; i <= 20; i++) {
		was = now = post_due(&post);
		post_work(&post, now);
		rival_says(CLAIM_ANSWER, 1);
		check(post_due(&post) - was == (i <= 15 ? 250 : 5000),
		    "conflict %d: %lld", i, (long long)(post_due(&post) - was));
	}
	has_name("me-21._x._tcp.local", "twenty are taken");
	now += 10000;
	rival_says(CLAIM_ANSWER, 1);
	check(post_due(&post) - now == 250, "later");
}

static void
test_goodbye(void)
{
	start();
	run(begin + 600);
	post_stop(&post);
	sends("P0 P250 P500", "before anything was said");
	start_quiet();
	post_stop(&post);
	sends("G0", "a goodbye");
	start_quiet();
	rival_says(CLAIM_ANSWER, 7118);
	run(now + 300);
	post_stop(&post);
	sends("P250 G300", "while a name is probed for again");
	start_quiet();
	post_rename(&post, 2, now);
	post_stop(&post);
	sends("", "of a name that is another's");
}

int
main(void)
{
	test_probed();
	test_tie();
	test_conflict();
	test_haste();
	test_goodbye();
	buf_release(&sent);
	buf_release(&looped);
	return failures != 0;
}
