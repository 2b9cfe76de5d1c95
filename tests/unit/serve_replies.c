/* SPDX-License-Identifier: ISC */
/*
 * Replies to whoever takes them slowly: what moves goes on, past any deadline
 * of its own, and what does not is cut off.
 */
#include "serve/replies.h"

#include <signal.h>

#include "sides.h"

#define SIZE (2 << 20)

static uint8_t payload[SIZE];
static int idle_ms;

static int
serve(struct tls *tls)
{
	struct replies replies = {.tls = tls, .idle_ms = idle_ms};
	struct reply reply = {.payload = SIZE};
	int result =
	    replies_send(&replies, &reply, span_of(payload, SIZE), false);

	if (result == 0)
		tls_finish(tls, PATIENCE_MS);
	replies_release(&replies);
	return result;
}

/* Take `size` bytes every `pause_ms`, `most` at most: how many there were. */
static size_t
take(struct tls *tls, size_t size, int pause_ms, size_t most)
{
	static uint8_t part[SIZE / 16];
	size_t at;

	for (at = 0; at < most; at += size) {
		poll(NULL, 0, pause_ms);
		if (tls_read(tls, part, size, PATIENCE_MS) != 0)
			break;
	}
	return at;
}

/* What replies_send returned to who takes that, then hangs up. */
static int
run(size_t size, int pause_ms, size_t most)
{
	struct server server;
	struct side side[2];
	struct tls *tls;
	size_t got;

	sides_join(side, false);
	server_start(&server, &side[1], serve);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");
	got = take(tls, size, pause_ms, most);
	if (most == SIZE)
		tls_finish(tls, PATIENCE_MS);
	tls_close(tls);
	side_close(&side[0]);
	check(got == most, "%zu of %zu bytes", got, most);
	return server_end(&server);
}

/* It takes longer than the time that it has for 64 KiB. */
static void
test_slow(void)
{
	idle_ms = 1500;
	check(run(SIZE / 16, 150, SIZE) == 0, "2 MiB in 2.4 s: %s",
	    fail_last()->text);
}

/* Something moves all the time, and it is not enough. */
static void
test_drops(void)
{
	idle_ms = 300;
	check_fails(run(1, 1, 1000), FAIL_SYSTEM, "too slow", "drops");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_slow();
	test_drops();
	return failures != 0;
}
