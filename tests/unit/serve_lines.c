/* SPDX-License-Identifier: ISC */
/*
 * How many lines peers and strangers get in the log, and how many more are
 * told to have been there, at times that the test makes up.
 */
#include "serve/lines.h"

#include <sys/wait.h>

#include "base/event.h"
#include "base/log.h"
#include "peer/roster.h"
#include "scratch.h"
#include "serve/noted.h"

#define MINUTE 60000
#define BEGIN (1000 * MINUTE)

static int log_fd; /* a file in memory that is our stderr */
static struct roster roster;

static const struct lines_kind connecting = {LINES_CONNECT, LINES_FAILED},
			       putting = {VERB_PUT, LINES_WELL},
			       getting = {VERB_GET, LINES_WELL},
			       missing = {VERB_GET, LINES_REFUSED},
			       dropping = {VERB_DROP, LINES_WELL},
			       asking = {VERB_INFO, LINES_WELL},
			       committing = {VERB_COMMIT, LINES_WELL},
			       pairing = {VERB_PAIR, LINES_WELL},
			       unpaired = {VERB_PAIR, LINES_FAILED};

/* What was logged since the last time is one line with that, or nothing. */
static void
logged(const char *words, const char *what)
{
	struct buf bytes = memory_read(log_fd);

	bytes.data[bytes.size] = '\0';
	if (words == NULL)
		check(bytes.size == 0, "%s: says '%s'", what, bytes.data);
	else
		check(strstr((char *)bytes.data, words) != NULL &&
			strchr((char *)bytes.data, '\n') ==
			    (char *)bytes.data + bytes.size - 1,
		    "%s: says '%s', not '%s'", what, bytes.data, words);
	buf_release(&bytes);
	must(ftruncate(log_fd, 0) == 0 && lseek(log_fd, 0, SEEK_SET) == 0,
	    "a new log");
}

static struct digest
id_of(uint8_t byte)
{
	return (struct digest){{byte}};
}

static struct lines_share *
share_of(struct lines *lines, uint8_t byte)
{
	struct digest id = id_of(byte);

	return lines_share(lines, &id);
}

static void
sum_up(struct lines *lines, uint64_t now, bool at_end)
{
	noted_sum_up(lines, &roster, now, at_end);
}

/* Of so many events of `bytes` each at that time, so many get a line. */
static void
tells_of(struct lines_share *share, struct lines_kind kind, uint64_t bytes,
    int events, uint64_t now, int lines)
{
	int i, told = 0;

	for (i = 0; i < events; i++)
		told += lines_tell(share, kind, bytes, now);
	check(told == lines, "%u, %d, at %d: %d lines, not %d", kind.what,
	    (int)kind.end, (int)now, told, lines);
}

static void
tells(struct lines_share *share, int events, uint64_t now, int lines)
{
	tells_of(share, connecting, 0, events, now, lines);
}

static struct lines *
open_new(void)
{
	struct lines *lines = lines_open();

	must(lines != NULL, "lines");
	sum_up(lines, BEGIN, false);
	logged(NULL, "nobody was there");
	return lines;
}

static void
test_none(void)
{
	tells(lines_share(NULL, NULL), 2 * LINES_WORDS, BEGIN, 2 * LINES_WORDS);
}

static void
test_minutes(void)
{
	struct lines_share *strangers = lines_share(open_new(), NULL);

	tells(strangers, LINES_WORDS, BEGIN, LINES_WORDS);
	tells(strangers, 1, BEGIN + MINUTE - 1, 0);
	tells(strangers, 100, BEGIN + MINUTE, LINES_WORDS);
	tells(strangers, 1, BEGIN + 9 * MINUTE, 1);
}

static void
test_sums(void)
{
	struct lines *lines = open_new();
	struct lines_share *strangers = lines_share(lines, NULL);

	tells(strangers, LINES_WORDS, BEGIN, LINES_WORDS);
	sum_up(lines, BEGIN + MINUTE, false);
	logged(NULL, "all had a line");
	tells(strangers, 100, BEGIN + MINUTE, LINES_WORDS);
	sum_up(lines, BEGIN + 2 * MINUTE - 1, false);
	logged(NULL, "the minute is not over");
	tells(strangers, 5, BEGIN + 2 * MINUTE - 1, 0);
	sum_up(lines, BEGIN + 2 * MINUTE, false);
	logged("level=warn event=connect outcome=\"45 more like it\"",
	    "a minute is over");
	sum_up(lines, BEGIN + 3 * MINUTE, false);
	logged(NULL, "nobody came since");
	tells(strangers, 61, BEGIN + 3 * MINUTE, 60);
	sum_up(lines, BEGIN + 3 * MINUTE + 1, true);
	logged("outcome=\"1 more like it\"", "the end does not wait");
}

/* All that a stranger does is in one account. */
static void
test_strangers(void)
{
	struct lines_share *strangers = lines_share(open_new(), NULL);

	tells_of(strangers, connecting, 0, 30, BEGIN, 30);
	tells_of(strangers, asking, 0, 20, BEGIN, 20);
	tells_of(strangers, missing, 0, 20, BEGIN, 10);
	tells_of(strangers, putting, 0, 1, BEGIN, 0);
	tells_of(strangers, unpaired, 0, 1, BEGIN, 0);
	tells_of(strangers, pairing, 0, 100, BEGIN, 60);
}

/* A token that is used again and again fills no log. */
static void
test_pairs(void)
{
	struct lines *lines = open_new();
	struct digest id = id_of(3);
	struct noted noted = {lines_share(lines, NULL), NULL, &id, true};
	struct request request = {.verb = VERB_PAIR};
	struct reply reply = {0};
	struct buf bytes;
	size_t i, count = 0;

	for (i = 0; i < 100; i++)
		noted_request(&noted, &request, &reply, 1);
	bytes = memory_read(log_fd);
	for (i = 0; i < bytes.size; i++)
		count += bytes.data[i] == '\n';
	buf_release(&bytes);
	check(count >= LINES_WORDS && count < 100, "pair: %zu lines", count);
	must(ftruncate(log_fd, 0) == 0 && lseek(log_fd, 0, SEEK_SET) == 0,
	    "a new log");
	sum_up(lines, event_clock() + MINUTE, true);
	logged("event=pair outcome=\"", "used again and again");
}

/* What a peer does for nothing drowns neither deeds nor refusals. */
static void
test_kinds(void)
{
	struct lines_share *peer = share_of(open_new(), 1);

	tells_of(peer, committing, 0, 40, BEGIN, 40);
	tells_of(peer, asking, 0, 40, BEGIN, 20);
	tells_of(peer, missing, 0, 61, BEGIN, 60);
	tells(peer, 61, BEGIN, 60);
	tells_of(peer, dropping, 0, 61, BEGIN, 60);
	tells_of(peer, putting, 1, 601, BEGIN, 600);
	tells_of(peer, getting, LINES_BYTES - 1, 601, BEGIN, 600);
	tells_of(peer, getting, LINES_BYTES, 1000, BEGIN, 1000);
	tells_of(peer, putting, LINES_BYTES, 1000, BEGIN, 1000);
}

/* One share a peer, whatever the connection; what is told names it. */
static void
test_peers(void)
{
	struct lines *lines = open_new();

	tells_of(share_of(lines, 1), asking, 7, 50, BEGIN, 50);
	tells_of(share_of(lines, 2), asking, 7, 60, BEGIN, 60);
	tells_of(share_of(lines, 1), asking, 7, 50, BEGIN, 10);
	sum_up(lines, BEGIN + MINUTE, false);
	logged("level=info event=info peer=alice bytes=280 "
	       "outcome=\"40 more like it\"",
	    "a peer");
	tells_of(share_of(lines, 2), missing, 0, 63, BEGIN + MINUTE, 60);
	sum_up(lines, BEGIN + MINUTE, true);
	logged("event=get id=", "who is in the roster no more");
}

/* More peers than a roster has share one account with strangers. */
static void
test_crowd(void)
{
	struct lines *lines = open_new();
	struct digest id = {{0}};
	unsigned i;

	for (i = 0; i < ROSTER_PEERS; i++) {
		id.byte[0] = (uint8_t)i;
		id.byte[1] = (uint8_t)(i >> 8);
		check(lines_share(lines, &id) != lines_share(lines, NULL),
		    "peer %u has none", i);
	}
	id.byte[2] = 1;
	check(lines_share(lines, &id) == lines_share(lines, NULL), "one more");
}

/* Each connection has a process of its own; all have one count. */
static void
test_processes(struct lines *lines, const struct digest *id)
{
	int i, status;
	pid_t child;

	for (i = 0; i < 3; i++) {
		child = fork();
		must(child >= 0, "a process");
		if (child == 0) {
			failures = 0;
			tells(lines_share(lines, id), 40, BEGIN,
			    i == 0	 ? 40
				: i == 1 ? 20
					 : 0);
			_exit(failures != 0);
		}
		must(waitpid(child, &status, 0) == child, "its end");
		check(status == 0, "process %d", i);
	}
	sum_up(lines, BEGIN, true);
	logged("outcome=\"60 more like it\"", "three processes");
}

int
main(void)
{
	char name[] = "alice";
	struct peer alice = {.name = name, .id = id_of(1), .has_id = true};

	roster = (struct roster){.peer = &alice, .count = 1};
	log_fd = memory_of(span_of("", 0));
	must(dup2(log_fd, STDERR_FILENO) == STDERR_FILENO, "stderr");
	log_start("test", LOG_NOTE);
	event_start(false);
	test_none();
	test_minutes();
	test_sums();
	test_strangers();
	test_pairs();
	test_kinds();
	test_peers();
	test_crowd();
	test_processes(open_new(), NULL);
	test_processes(open_new(), &alice.id);
	return failures != 0;
}
