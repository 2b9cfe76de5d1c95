/* SPDX-License-Identifier: ISC */
#include "xfer/session.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fail.h"
#include "net/tls.h"
#include "xfer/answers.h"

#define READ_SIZE (32 << 10)
#define GOODBYE_MS 2000

struct session {
	struct calls calls;
	struct tls *tls;
	int in, out, wake, answer_ms;
	pthread_t thread;
	bool has_thread;

	/* the thread's own */
	size_t sent; /* bytes of the call that is being sent */
	struct answers answers;
};

void
answer_release(struct answer *answer)
{
	buf_release(&answer->body);
	buf_release(&answer->payload);
}

/* Push what there is room for; true when anything went. */
static bool
send_some(struct session *session)
{
	struct call *call = calls_sending(&session->calls);
	size_t pushed;

	if (call == NULL)
		return false;
	pushed = tls_push(session->tls, call->bytes.data + session->sent,
	    call->bytes.size - session->sent);
	session->sent += pushed;
	if (session->sent < call->bytes.size)
		return pushed > 0;
	session->sent = 0;
	calls_sent(&session->calls);
	return true;
}

/* Take in what has arrived: 1 when there was anything, 0, -1. */
static int
receive_some(struct session *session)
{
	struct buf *input = &session->answers.input;
	size_t got;

	if (buf_reserve(input, READ_SIZE) != 0)
		return -1;
	got = tls_pull(session->tls, input->data + input->size, READ_SIZE);
	input->size += got;
	if (got == 0)
		return 0;
	return answers_take(&session->answers, &session->calls) == 0 ? 1 : -1;
}

/* Wait for the wire, or for a new call to wake us. 0, or -1. */
static int
wait_for_more(struct session *session, bool idle)
{
	uint64_t count;
	int moved;

	moved = tls_step(session->tls, session->wake,
	    idle ? -1 : session->answer_ms);
	if (moved < 0)
		return -1;
	if (tls_ended(session->tls))
		return fail(FAIL_SYSTEM, "the peer has closed the connection");
	if (read(session->wake, &count, sizeof count) == sizeof count ||
	    moved > 0 || idle)
		return 0;
	return fail(FAIL_SYSTEM, "the peer has not answered for %d s",
	    session->answer_ms / 1000);
}

/* The thread's life: move bytes until told to stop or until it breaks. */
static void *
drive(void *argument)
{
	struct session *session = argument;
	bool stopping = false, idle = false, moved;
	int got = 0;

	for (;;) {
		moved = send_some(session);
		got = receive_some(session);
		if (got < 0)
			break;
		idle = calls_idle(&session->calls, &stopping);
		if (stopping) {
			fail(FAIL_SYSTEM, "we have not waited for it");
			break;
		}
		if (!moved && got == 0 && wait_for_more(session, idle) != 0) {
			got = -1;
			break;
		}
	}
	calls_break(&session->calls);
	if (got >= 0 && idle)
		tls_finish(session->tls, GOODBYE_MS);
	return NULL;
}

static bool
trust_one(void *context, const struct digest *id)
{
	const struct digest *peer = context;

	return digest_equal(peer, id);
}

static int
greet(struct session *session)
{
	struct request hello = {.verb = VERB_HELLO, .size = MESSAGE_VERSION};
	struct answer answer = {0};
	int result = session_call(session, &hello, NULL, &answer);

	answer_release(&answer);
	return result;
}

static int
start(struct session *session, const struct session_options *options)
{
	struct digest peer = *options->peer;
	struct tls_options tls = {
	    .in = options->in,
	    .out = options->out,
	    .scalar = options->scalar,
	    .handshake_ms = options->handshake_ms,
	    .trust = trust_one,
	    .context = &peer,
	};
	int error;

	session->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (session->wake < 0)
		return fail_errno("cannot make an eventfd");
	session->tls = tls_open(&tls);
	if (session->tls == NULL)
		return -1;
	error = pthread_create(&session->thread, NULL, drive, session);
	if (error != 0)
		return fail(FAIL_SYSTEM, "cannot start a thread: %s",
		    strerror(error));
	session->has_thread = true;
	return greet(session);
}

struct session *
session_open(const struct session_options *options)
{
	struct session *session = calloc(1, sizeof *session);

	if (session == NULL) {
		fail_errno("cannot get memory");
		close(options->in);
		if (options->out != options->in)
			close(options->out);
		return NULL;
	}
	session->in = options->in;
	session->out = options->out;
	session->wake = -1;
	session->answer_ms = options->answer_ms;
	calls_init(&session->calls);
	if (start(session, options) == 0)
		return session;
	session_close(session);
	return NULL;
}

static void
wake_thread(struct session *session)
{
	uint64_t one = 1;

	if (write(session->wake, &one, sizeof one) < 0)
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
	tls_close(session->tls);
	close(session->in);
	if (session->out != session->in)
		close(session->out);
	if (session->wake >= 0)
		close(session->wake);
	answers_release(&session->answers);
	calls_release(&session->calls);
	free(session);
}

static int
submit(struct session *session, struct call *call)
{
	if (call == NULL || calls_submit(&session->calls, call) != 0)
		return -1;
	wake_thread(session);
	return 0;
}

int
session_call(struct session *session, const struct request *request,
    const void *payload, struct answer *answer)
{
	struct call *call = calls_new(request, payload, answer);

	if (submit(session, call) != 0)
		return -1;
	return calls_wait(&session->calls, call);
}
