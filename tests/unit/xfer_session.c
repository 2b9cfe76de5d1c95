/* SPDX-License-Identifier: ISC */
/*
 * A session with peers that answer, do not answer, or go: nobody waits longer
 * than the deadline for an answer.
 */
#include "xfer/session.h"

#include <signal.h>

#include "sides.h"

#define ANSWER_MS 400

static int answers; /* how many requests the server answers */
static bool stay;   /* and then: wait, or go? */

static int
serve(struct tls *tls)
{
	struct reply reply = {.body = span_of_text("body")};
	struct buf bytes = {0};
	uint8_t head[60];
	int i;

	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	for (i = 0; i < answers; i++)
		if (tls_read(tls, head, 48, PATIENCE_MS) != 0 ||
		    tls_write(tls, bytes.data, bytes.size, PATIENCE_MS) != 0)
			break;
	buf_release(&bytes);
	if (stay)
		tls_read(tls, head, sizeof head, 5 * ANSWER_MS);
	return 0;
}

/* Open a session, call twice; the result of the second call. */
static int
call_twice(int *took)
{
	struct secret scalar = key_number(1);
	struct digest peer = id_number(2);
	struct request request = {.verb = VERB_INFO};
	struct answer answer = {0};
	struct session *session;
	struct session_options options = {.scalar = &scalar,
	    .peer = &peer,
	    .handshake_ms = PATIENCE_MS,
	    .answer_ms = ANSWER_MS};
	struct timespec start;
	struct server server;
	struct side side[2];
	int result = -1, i;

	sides_join(side, false);
	options.in = options.out = side[0].in;
	server_start(&server, &side[1], serve);
	clock_gettime(CLOCK_MONOTONIC, &start);
	session = session_open(&options);
	for (i = 0; session != NULL && i < 2; i++)
		result = session_call(session, &request, NULL, &answer);
	*took = elapsed_ms(&start);
	answer_release(&answer);
	session_close(session);
	server_end(&server);
	return result;
}

int
main(void)
{
	int took;

	signal(SIGPIPE, SIG_IGN);
	answers = 3;
	stay = true;
	check(call_twice(&took) == 0, "answered: %s", fail_last()->text);
	for (answers = 0; answers < 3; answers++) {
		check_fails(call_twice(&took), FAIL_SYSTEM,
		    "has not answered for", "silence");
		check(took >= ANSWER_MS && took < 4 * ANSWER_MS,
		    "%d answers: %d ms", answers, took);
	}
	stay = false;
	for (answers = 0; answers < 3; answers++) {
		check_fails(call_twice(&took), FAIL_SYSTEM, "", "a peer gone");
		check(took < 2 * ANSWER_MS, "gone: %d ms", took);
	}
	return failures != 0;
}
