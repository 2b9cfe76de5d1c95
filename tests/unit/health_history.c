/* SPDX-License-Identifier: ISC */
/* What earlier looks have seen: kept, and never believed too much. */
#include "health/history.h"

#include "peer/peer.h"
#include "scratch.h"

#define NOW 1700000000

static struct peer roster[3] = {{.name = (char[]){"a"}},
    {.name = (char[]){"b"}}, {.name = (char[]){"c"}}};
static struct peer_facts peers[3];

static struct facts
look(enum peer_state b)
{
	struct facts facts = {.now = NOW, .peer = peers, .peers = 3};
	int i;

	for (i = 0; i < 3; i++)
		peers[i] = (struct peer_facts){.peer = &roster[i]};
	peers[1].state = b;
	peers[2].state = PEER_PASSIVE;
	return facts;
}

static void
write_history(const char *text)
{
	scratch_write(scratch("health"), span_of_text(text), 0600);
}

static void
test_told(const char *text, uint64_t seen, uint64_t since)
{
	struct facts facts = look(PEER_DOWN);
	struct history history;

	write_history(text);
	history_load(scratch("health"), &history);
	history_tell(&history, &facts);
	check(peers[0].seen == NOW && peers[0].since == 0, "who is up");
	check(peers[1].seen == seen && peers[1].since == since,
	    "'%s': %llu %llu", text, (unsigned long long)peers[1].seen,
	    (unsigned long long)peers[1].since);
	history_release(&history);
}

static void
test_kept(void)
{
	struct facts facts = look(PEER_DOWN);
	struct history history;
	struct buf text = {0};

	write_history("peer 100 200 b\nmute 1 QUOTA\n");
	history_load(scratch("health"), &history);
	history_tell(&history, &facts);
	must(history_mute(&history, "PEER_DOWN=7d", NOW) == 0, "mute");
	check(history_muted(&history, NOW) == 1U << CHECK_PEER_DOWN, "muted");
	check(history_muted(&history, NOW + 7 * 86400) == 0, "for 7 days");
	must(history_save(scratch("health"), &history, &facts) == 0, "save");
	history_release(&history);
	must(file_read(scratch("health"), 4096, &text) == 0, "read");
	check(is_text(span_of_buf(&text),
		  "peer 1700000000 0 a\nday 19675 1 0 0 0 0 a\n"
		  "peer 100 200 b\nday 19675 0 1 0 0 0 b\n"
		  "mute 1700604800 PEER_DOWN\n"),
	    "the file");
	buf_release(&text);
	history_load(scratch("health"), &history);
	must(history_mute(&history, "PEER_DOWN=0", NOW) == 0, "unmute");
	check(history_muted(&history, NOW) == 0, "no longer");
	history_release(&history);
}

/* Days of the last seven count, others and nonsense do not. */
static void
test_days(void)
{
	struct facts facts = look(PEER_LATE);
	struct history history;
	struct buf text = {0};

	write_history("day 19675 1 2 3 4 5 b\nday 19669 10 20 30 40 50 b\n"
		      "day 19668 100 0 0 0 0 b\nday 19676 100 0 0 0 0 b\n"
		      "day 19675 7 0 0 0 0 other\nday 19674 5 5 5 5 b\n"
		      "day 19674 5 5 5 5 5 \nday x 5 5 5 5 5 b\n");
	history_load(scratch("health"), &history);
	history_tell(&history, &facts);
	check(facts_looks(&peers[1], PEER_UP) == 11 &&
		facts_looks(&peers[1], PEER_DOWN) == 22 &&
		facts_looks(&peers[1], PEER_REFUSED) == 33 &&
		facts_looks(&peers[1], PEER_LATE) == 45 &&
		facts_looks(&peers[1], LOOK_WRONG) == 55,
	    "the week of b");
	check(facts_looks(&peers[0], PEER_UP) == 1, "the week of a");
	must(history_save(scratch("health"), &history, &facts) == 0, "save");
	must(file_read(scratch("health"), 4096, &text) == 0, "read");
	check(is_text(span_of_buf(&text),
		  "peer 1700000000 0 a\nday 19675 1 0 0 0 0 a\n"
		  "peer 0 1700000000 b\nday 19675 1 2 3 5 5 b\n"
		  "day 19669 10 20 30 40 50 b\n"),
	    "the file: %.*s", (int)text.size, (char *)text.data);
	buf_release(&text);
	history_release(&history);
}

/* Who is up and gives what is not whole is wrong, and not up. */
static void
test_wrong(void)
{
	struct facts facts = look(PEER_UP);
	struct history history = {0};

	peers[1].damaged = 1;
	history_tell(&history, &facts);
	check(facts_looks(&peers[1], PEER_UP) == 0 &&
		facts_looks(&peers[1], LOOK_WRONG) == 1,
	    "a wrong look at b");
	check(peers[1].seen == NOW, "it was there");
}

static void
test_bad_mutes(void)
{
	static const char *const bad[] = {"", "PEER_DOWN", "PEER=7d",
	    "PEER_DOWN=", "PEER_DOWN=x", "PEER_DOWN=2000d", "=7d",
	    "PEER_DOWNPEER_DOWNPEER_DOWNPEER_DOWN=7d"};
	struct history history = {0};
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check_fails(history_mute(&history, bad[i], NOW), FAIL_USAGE,
		    "--mute", bad[i]);
	check(history_muted(&history, NOW) == 0, "a bad one mutes");
}

int
main(void)
{
	test_days();
	struct history history;

	unlink(scratch("health"));
	history_load(scratch("health"), &history);
	check(history.peers == 0, "no file");
	history_release(&history);

	test_told("", 0, NOW);
	test_told("peer 100 0 b\n", 100, NOW);
	test_told("peer 100 200 b\n", 100, 200);
	test_told("peer 100 200 b", 100, 200);
	test_told("peer 100 200 bb\n", 0, NOW);
	test_told("peer 100 200\n", 0, NOW);
	test_told("peer x 200 b\n", 0, NOW);
	test_told("peer 1700000001 1700000001 b\n", 0, NOW);
	test_told("rubbish\n\n\npeer 100 200 b\n", 100, 200);
	test_kept();
	test_wrong();
	test_bad_mutes();
	return failures != 0;
}
