/* SPDX-License-Identifier: ISC */
/*
 * Peers that do behave: both talk at once, over sockets and over pipes, under
 * a rain of signals; they wake, wait, say goodbye, and leave with a last word.
 */
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>

#include "sides.h"

/* What both send: more than any descriptor takes at once. */
#define SPEECH_SIZE ((size_t)5 << 20)

static uint8_t speech[SPEECH_SIZE];

/* Push all of it and pull as much, whichever is possible. 0, or -1. */
static int
talk(struct tls *tls)
{
	size_t said = 0, heard = 0, pushed, got;
	uint8_t bytes[30000];

	while (said < SPEECH_SIZE || heard < SPEECH_SIZE || !tls_flushed(tls)) {
		pushed = tls_push(tls, speech + said, SPEECH_SIZE - said);
		got = tls_pull(tls, bytes, sizeof bytes);
		if (got > SPEECH_SIZE - heard ||
		    memcmp(bytes, speech + heard, got) != 0)
			return fail(FAIL_DATA, "heard something else");
		said += pushed;
		heard += got;
		if (pushed == 0 && got == 0 &&
		    tls_step(tls, -1, PATIENCE_MS) <= 0)
			return fail(FAIL_SYSTEM, "stuck at %zu and %zu", said,
			    heard);
	}
	return tls_finish(tls, PATIENCE_MS);
}

static void
both_at_once(bool pipes, const char *what)
{
	struct server server;
	struct side side[2];
	struct tls *tls;

	sides_join(side, pipes);
	server_start(&server, &side[1], talk);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");
	check(talk(tls) == 0, "%s: %s", what, fail_last()->text);
	check(tls_ended(tls), "%s: no end", what);
	check(server_end(&server) == 0, "%s: the server: %s", what,
	    fail_last()->text);
	check(digest_equal(tls_peer(tls), &side[0].mind.friend), "%s: the id",
	    what);
	tls_close(tls);
	side_close(&side[0]);
}

static void
on_alarm(int signal)
{
	(void)signal;
}

static void
rain_of_signals(bool on)
{
	struct itimerval often = {{0, on ? 500 : 0}, {0, on ? 500 : 0}};
	struct sigaction action = {.sa_handler = on_alarm};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* A server that waits for one byte at a time and gives it back. */
static int
echo_bytes(struct tls *tls)
{
	char byte;

	while (tls_read(tls, &byte, 1, PATIENCE_MS) == 0)
		if (tls_write(tls, &byte, 1, PATIENCE_MS) != 0)
			return -1;
	return tls_ended(tls) ? 0 : -1;
}

static void
waking(void)
{
	struct server server;
	struct side side[2];
	struct tls *tls;
	struct timespec start;
	uint64_t one = 1;
	int wake = eventfd(0, 0), got;
	char byte = 'x', back = 0;

	sides_join(side, false);
	server_start(&server, &side[1], echo_bytes);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");

	clock_gettime(CLOCK_MONOTONIC, &start);
	check(tls_step(tls, wake, 50) == 0, "a step in silence");
	check(elapsed_ms(&start) >= 49, "it came back too early");
	check_fails(tls_read(tls, &back, 1, 50), FAIL_SYSTEM, "too slow",
	    "reading in silence");
	must(write(wake, &one, sizeof one) == sizeof one, "waking");
	check(tls_step(tls, wake, -1) == 0, "a step with a wake-up");

	check(tls_push(tls, &byte, 1) == 1, "pushing");
	check(!tls_flushed(tls), "flushed before a step");
	check(tls_step(tls, wake, -1) == 1, "sending");
	check(tls_flushed(tls), "not flushed");
	check(tls_read(tls, &back, 1, PATIENCE_MS) == 0 && back == byte,
	    "the echo");

	/* Whoever does not pull is not given more, but can still be woken. The
	 * echo may come at once, as it is written, or late. */
	check(tls_write(tls, &byte, 1, PATIENCE_MS) == 0, "writing");
	while (tls_step(tls, -1, 100) > 0)
		;
	while ((got = tls_step(tls, wake, -1)) > 0)
		;
	check(got == 0, "a wake-up with bytes unread");
	check(tls_read(tls, &back, 1, PATIENCE_MS) == 0 && back == byte,
	    "the byte unread");

	check(tls_finish(tls, PATIENCE_MS) == 0, "finish: %s",
	    fail_last()->text);
	check(tls_step(tls, wake, -1) == 1, "a step after the end");
	check(tls_push(tls, &byte, 1) == 0, "pushing after the end");
	check_fails(tls_write(tls, &byte, 1, PATIENCE_MS), FAIL_SYSTEM,
	    "has ended the session", "writing after the end");
	check(server_end(&server) == 0, "the server: %s", fail_last()->text);
	tls_close(tls);
	side_close(&side[0]);
	close(wake);
}

/* Say something, then leave, while the other one is still talking. */
static int
last_word(struct tls *tls)
{
	char first;

	if (tls_read(tls, &first, 1, PATIENCE_MS) != 0 ||
	    tls_write(tls, "enough", 6, PATIENCE_MS) != 0)
		return -1;
	tls_finish(tls, 0);
	return 0;
}

static void
interrupted(bool pipes)
{
	struct server server;
	struct side side[2];
	struct tls *tls;
	char heard[6] = {0};
	size_t said = 0;

	sides_join(side, pipes);
	server_start(&server, &side[1], last_word);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");
	while (said < SPEECH_SIZE) {
		said += tls_push(tls, speech + said, SPEECH_SIZE - said);
		if (tls_step(tls, -1, 200) <= 0)
			break;
	}
	check(said < SPEECH_SIZE, "it took everything");
	check(tls_read(tls, heard, 6, PATIENCE_MS) == 0 &&
		memcmp(heard, "enough", 6) == 0,
	    "the last word: %s", fail_last()->text);
	check(server_end(&server) == 0, "the server: %s", fail_last()->text);
	tls_close(tls);
	side_close(&side[0]);
}

static int told[2]; /* the ends of a pipe: somebody need wait no more */

static int
linger(struct tls *tls)
{
	struct pollfd end = {told[0], POLLIN, 0};

	(void)tls;
	poll(&end, 1, PATIENCE_MS);
	return 0;
}

static void
goodbye_without_answer(void)
{
	struct server server;
	struct timespec start;
	struct side side[2];
	struct tls *tls;

	sides_join(side, false);
	must(pipe(told) == 0, "a pipe");
	server_start(&server, &side[1], linger);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");
	clock_gettime(CLOCK_MONOTONIC, &start);
	check_fails(tls_finish(tls, 100), FAIL_SYSTEM, "too slow",
	    "a goodbye that is not answered");
	check(elapsed_ms(&start) < PATIENCE_MS / 2, "it waited too long");
	tls_close(tls);
	close(told[1]);
	server_end(&server);
	close(told[0]);
	side_close(&side[0]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	random_fill(speech, sizeof speech);
	goodbye_without_answer();
	interrupted(false);
	interrupted(true);
	waking();
	both_at_once(false, "sockets");
	both_at_once(true, "pipes");
	rain_of_signals(true);
	both_at_once(false, "sockets, with signals");
	both_at_once(true, "pipes, with signals");
	rain_of_signals(false);
	return failures != 0;
}
