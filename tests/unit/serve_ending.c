/* SPDX-License-Identifier: ISC */
/*
 * A holder that is told to end while it answers: the answer is given, and then
 * nothing is waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

#include "crypto/tree.h"
#include "served.h"
#include "xfer/session.h"

#define SECONDS 30 /* less than the minute that a silent peer has */

static bool ending;

/* The signal comes, and is read, as a request is under way. */
static bool
go_on(void *context, const struct digest *peer, bool answered)
{
	(void)context;
	(void)peer;
	ending |= answered;
	return answered || !ending;
}

static int
reach(void *context)
{
	return *(int *)context;
}

/* One question whose answer needs a look at a shard, which is not there. */
static void
ask(struct session *session)
{
	struct digest shard = tree_root(span_of_text("a shard"));
	struct request have = {.verb = VERB_HAVE,
	    .owner = id_number(OWNER),
	    .ids = span_of_digest(&shard),
	    .size = 7,
	    .body = span_of("check", 5)};
	struct answer answer = {0};

	check(session_call(session, &have, NULL, &answer) == 0 &&
		answer.body.size == 1 && answer.body.data[0] == 0,
	    "no answer: %s", fail_last()->text);
	answer_release(&answer);
}

int
main(void)
{
	struct digest holder = id_number(HOLDER);
	struct secret scalar = key_number(OWNER);
	int end[2];
	struct session_options options = {.reach = reach,
	    .context = &end[0],
	    .scalar = &scalar,
	    .peer = &holder,
	    .handshake_ms = 60000,
	    .answer_ms = 60000};
	struct session *session;
	struct timespec until;
	pthread_t server;

	served.go_on = go_on;
	served.handshake_ms = served.idle_ms = 60000;
	served_roster();
	served_store();
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end) == 0 &&
		pthread_create(&server, NULL, served_run, &end[1]) == 0,
	    "a holder");
	session = session_open(&options);
	must(session != NULL, "a session");
	ask(session);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SECONDS;
	must(pthread_timedjoin_np(server, NULL, &until) == 0,
	    "the holder waits for another question");
	session_close(session);
	store_close(store);
	roster_release(&roster);
	return failures != 0;
}
