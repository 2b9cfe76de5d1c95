/* SPDX-License-Identifier: ISC */
#include "xfer/session.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/thread.h"
#include "crypto/secret.h"
#include "net/deadline.h"
#include "xfer/link.h"

#define GOODBYE_MS 2000

/* After a break: 0.5, 1, 2, 4 s, each up to a quarter longer, within 10 s. */
#define PAUSE_MS 500
#define REOPEN_MS 10000

/* Who has lived so long has all its tries again. */
#define GOOD_LIFE_MS 60000

struct session {
	struct calls calls;
	struct link link; /* the thread's own, once it runs */
	unsigned tries, tries_max;
	bool opened, first_too;
	int64_t proven; /* when this connection will have lived long */
	pthread_t thread;
	bool has_thread;
};

void
answer_release(struct answer *answer)
{
	buf_release(&answer->body);
	buf_release(&answer->payload);
}

static int
open_link(struct session *session)
{
	session->proven = deadline_in(GOOD_LIFE_MS);
	return link_open(&session->link);
}

/*
 * Wait, as long as the pause lasts or, once there was a connection, nobody
 * calls. False: told to stop.
 */
static bool
pause_for(struct session *session, int pause_ms)
{
	struct pollfd wake = {session->link.wake, POLLIN, 0};
	int64_t end = deadline_in(pause_ms);
	bool wanted;
	int left;

	for (;;) {
		wanted = calls_patience(&session->calls,
			     &session->link.stopping) > 0 ||
		    !session->opened;
		if (session->link.stopping)
			return false;
		left = deadline_left(end);
		if (wanted && left == 0)
			return true;
		poll(&wake, 1, wanted ? left : -1);
		link_take_wake(&session->link);
	}
}

static int
pause_before(unsigned try)
{
	int pause = PAUSE_MS << try;
	uint16_t random = 0;

	secret_random_bytes(&random, sizeof random);
	return pause + (int)random % (pause / 4);
}

/* Close what broke, which the slot says why: whether another may do better. */
static bool
close_link(struct session *session)
{
	link_close(&session->link);
	return fail_last()->kind == FAIL_SYSTEM && !session->link.silent &&
	    session->tries < session->tries_max &&
	    (session->opened || (session->first_too && session->link.reached));
}

/* The wire broke: make it again if that may help. */
static bool
reopen(struct session *session)
{
	int64_t end = deadline_in(-1);

	if (deadline_left(session->proven) == 0)
		session->tries = 0;
	while (close_link(session) && deadline_left(end) != 0 &&
	    pause_for(session, pause_before(session->tries++))) {
		if (deadline_left(end) < 0)
			end = deadline_in(REOPEN_MS);
		if (open_link(session) == 0)
			return true;
	}
	return false;
}

/* The thread's life: until told to stop, or the wire is lost for good. */
static void *
drive(void *argument)
{
	struct session *session = argument;
	int result;

	do
		result = link_converse(&session->link, NULL);
	while (result != 0 && reopen(session));
	if (result == 0)
		fail(FAIL_SYSTEM, "the session is at its end");
	calls_break(&session->calls);
	if (result == 0)
		link_finish(&session->link, GOODBYE_MS);
	return NULL;
}

static int
start(struct session *session)
{
	session->link.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (session->link.wake < 0)
		return fail_errno("cannot make an eventfd");
	if (open_link(session) != 0 && !reopen(session))
		return -1;
	session->opened = true;
	if (thread_start(&session->thread, drive, session) != 0)
		return -1;
	session->has_thread = true;
	return 0;
}

struct session *
session_open(const struct session_options *options)
{
	struct session *session = memory_get(1, sizeof *session);

	if (session == NULL)
		return NULL;
	calls_init(&session->calls);
	session->calls.counts = options->counts;
	session->tries_max = options->tries;
	session->first_too = options->first_too;
	session->link = (struct link){
	    .calls = &session->calls,
	    .reach = options->reach,
	    .context = options->context,
	    .scalar = *options->scalar,
	    .peer = *options->peer,
	    .handshake_ms = options->handshake_ms,
	    .answer_ms = options->answer_ms,
	    .wire = -1,
	    .wake = -1,
	};
	if (start(session) == 0)
		return session;
	session_close(session);
	return NULL;
}

static void
wake_thread(struct session *session)
{
	uint64_t one = 1;

	if (write(session->link.wake, &one, sizeof one) < 0)
		abort(); /* an eventfd that is full has 2^64 wake-ups */
}

void
session_stop(struct session *session)
{
	calls_stop(&session->calls);
	wake_thread(session);
}

void
session_close(struct session *session)
{
	if (session == NULL)
		return;
	if (session->has_thread) {
		session_stop(session);
		pthread_join(session->thread, NULL);
	}
	link_release(&session->link);
	if (session->link.wake >= 0)
		close(session->link.wake);
	calls_release(&session->calls);
	free(session);
}

struct call *
session_begin(struct session *session, const struct request *request,
    const void *payload, struct answer *answer)
{
	struct call *call = calls_new(request, payload, answer);

	if (call == NULL || calls_submit(&session->calls, call) != 0)
		return NULL;
	wake_thread(session);
	return call;
}

int
session_end(struct session *session, struct call *call)
{
	return calls_wait(&session->calls, call);
}

int
session_call(struct session *session, const struct request *request,
    const void *payload, struct answer *answer)
{
	struct call *call = session_begin(session, request, payload, answer);

	return call != NULL ? session_end(session, call) : -1;
}

unsigned
session_breaks(struct session *session)
{
	return calls_breaks(&session->calls);
}
