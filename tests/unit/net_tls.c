/* SPDX-License-Identifier: ISC */
/*
 * Peers that do not behave: silent, slow, endless, gone, not trusted. Every
 * one is refused within the deadline, with a sentence.
 */
#include "net/tls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>

#include "net/address.h"
#include "sides.h"

#define DEADLINE_MS 300
#define AMPLE_MS 60000 /* for what ends by itself, on a busy machine, too */

/* A handshake with whoever holds the other descriptor; it must fail. */
static void
refused(struct side *side, enum fail_kind kind, const char *words,
    const char *what)
{
	bool late = strstr(words, "has not finished") != NULL;
	struct timespec start;
	struct tls *tls;

	side->handshake_ms = late ? DEADLINE_MS : AMPLE_MS;
	clock_gettime(CLOCK_MONOTONIC, &start);
	tls = side_open(side);
	check(elapsed_ms(&start) < AMPLE_MS, "%s: took %d ms", what,
	    elapsed_ms(&start));
	check_fails(tls == NULL ? -1 : 0, kind, words, what);
	tls_close(tls);
}

static void
silence(void)
{
	struct side side[2];
	int i;

	for (i = 0; i < 2; i++) {
		sides_join(side, i == 1);
		refused(&side[i], FAIL_SYSTEM,
		    "has not finished the handshake in 300 ms", "silence");
		side_close(&side[0]);
		side_close(&side[1]);
	}
}

static void
absence(void)
{
	struct side side[2];
	int i, pipes;

	for (pipes = 0; pipes < 2; pipes++)
		for (i = 0; i < 2; i++) {
			sides_join(side, pipes == 1);
			side_close(&side[1 - i]);
			refused(&side[i], FAIL_SYSTEM,
			    "closed the connection during the handshake",
			    "a closed peer");
			check(strstr(fail_last()->hint, "does not trust") !=
				NULL,
			    "no hint for a closed peer");
			side_close(&side[i]);
		}
}

/*
 * A thread that writes `bytes` again and again: whole, or, when it makes
 * pauses, byte by byte.
 */
struct bore {
	int fd;
	const uint8_t *bytes;
	size_t size;
	int pause_ms;
	pthread_t thread;
};

static void *
bore_run(void *context)
{
	struct bore *bore = context;
	size_t size, at = 0;
	ssize_t sent;

	for (;;) {
		size = bore->pause_ms > 0 ? 1 : bore->size - at;
		sent = send(bore->fd, bore->bytes + at, size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN)
			return NULL;
		if (sent > 0)
			at = (at + (size_t)sent) % bore->size;
		if (bore->pause_ms > 0)
			poll(NULL, 0, bore->pause_ms);
	}
}

static void
bored(const void *bytes, size_t size, int pause_ms, enum fail_kind kind,
    const char *words, const char *what)
{
	struct bore bore = {.bytes = bytes, .size = size, .pause_ms = pause_ms};
	struct side side[2];
	int i;

	for (i = 0; i < 2; i++) {
		sides_join(side, false);
		bore.fd = side[1 - i].out;
		must(pthread_create(&bore.thread, NULL, bore_run, &bore) == 0,
		    "a thread");
		refused(&side[i], kind, words, what);
		side_close(&side[i]);
		pthread_join(bore.thread, NULL);
		side_close(&side[1 - i]);
	}
}

/* One record after the other, many at a time. */
static void
endless(const void *record, size_t size, const char *what)
{
	uint8_t records[4096];
	size_t used;

	for (used = 0; used + size <= sizeof records; used += size)
		memcpy(records + used, record, size);
	bored(records, used, 0, FAIL_DATA,
	    "handshake is longer than 32768 bytes", what);
}

static void
noise(void)
{
	static const uint8_t warning[] = {21, 3, 3, 0, 2, 1, 90};
	static const uint8_t nothing[] = {22, 3, 3, 0, 0};
	uint8_t random[4096];

	random_fill(random, sizeof random);
	random[0] = 0xff;
	random[1] = 0xff;
	bored(random, sizeof random, 0, FAIL_DATA, "does not speak TLS 1.2",
	    "noise");
	bored("GET / HTTP/1.0\r\n\r\n", 18, 0, FAIL_DATA,
	    "does not speak TLS 1.2", "HTTP");
	endless(warning, sizeof warning, "endless warnings");
	endless(nothing, sizeof nothing, "endless empty records");
	bored(warning, sizeof warning, 20, FAIL_SYSTEM,
	    "has not finished the handshake in 300 ms", "a byte at a time");
}

static int
do_nothing(struct tls *tls)
{
	(void)tls;
	return 0;
}

static int
say_half(struct tls *tls)
{
	return tls_write(tls, "half", 4, PATIENCE_MS);
}

/* The connection ends in the middle of the dialogue. */
static void
no_goodbye(int (*act)(struct tls *tls), bool pipes)
{
	struct server server;
	struct side side[2];
	char heard[8] = {0};
	struct tls *tls;

	sides_join(side, pipes);
	server_start(&server, &side[1], act);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");
	must(server_end(&server) == 0, "the server");
	check_fails(tls_read(tls, heard, 8, PATIENCE_MS), FAIL_SYSTEM,
	    "without a goodbye", "reading what was cut short");
	check(!tls_ended(tls), "a cut is taken for an end");
	check_fails(tls_step(tls, -1, PATIENCE_MS), FAIL_SYSTEM, "",
	    "a step after the cut");
	check_fails(tls_write(tls, heard, 8, PATIENCE_MS), FAIL_SYSTEM, "",
	    "writing after the cut");
	check(!tls_flushed(tls), "flushed into nowhere");
	check_fails(tls_finish(tls, PATIENCE_MS), FAIL_SYSTEM, "",
	    "finishing after the cut");
	tls_close(tls);
	side_close(&side[0]);
}

/* Over TCP the one who refuses resets; its alert must come through. */
static void
tcp_pair(struct side side[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *address = (struct sockaddr *)&at;
	socklen_t size = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd[2], i;

	must(bind(listener, address, size) == 0 && listen(listener, 1) == 0 &&
		getsockname(listener, address, &size) == 0,
	    "a listener");
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	must(connect(fd[0], address, size) == 0, "a connection");
	fd[1] = accept(listener, NULL, NULL);
	close(listener);
	for (i = 0; i < 2; i++) {
		close(side[i].in);
		side[i].in = side[i].out = fd[i];
		fcntl(fd[i], F_SETFL, O_NONBLOCK);
	}
}

static void
strangers(void)
{
	struct server server;
	struct side side[2];
	int stranger, round;

	for (round = 0; round < 20; round++) {
		stranger = round % 2;
		sides_join(side, false);
		tcp_pair(side);
		side[stranger].key = 3;
		server_start(&server, &side[1], do_nothing);
		check_fails(side_open(&side[0]) == NULL ? -1 : 0, FAIL_DATA,
		    stranger == 0 ? "does not trust our key" : "is not trusted",
		    "the client's view");
		side_close(&side[0]);
		check_fails(server_end(&server), FAIL_DATA,
		    stranger == 1 ? "does not trust our key" : "is not trusted",
		    "the server's view");
	}
}

static void
bad_scalar(void)
{
	struct secret zero = {{0}};
	struct side side[2];
	struct tls_options options = {.scalar = &zero,
	    .role = &channel_client,
	    .trust = mind_trusts,
	    .context = &side[0].mind,
	    .handshake_ms = 10};

	sides_join(side, false);
	options.in = options.out = side[0].in;
	check_fails(tls_open(&options) == NULL ? -1 : 0, FAIL_DATA,
	    "out of range", "a scalar of zero");
	side_close(&side[0]);
	side_close(&side[1]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	bad_scalar();
	silence();
	absence();
	noise();
	no_goodbye(do_nothing, false);
	no_goodbye(do_nothing, true);
	no_goodbye(say_half, false);
	no_goodbye(say_half, true);
	strangers();
	return failures != 0;
}
