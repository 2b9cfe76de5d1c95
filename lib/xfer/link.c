/* SPDX-License-Identifier: ISC */
#include "xfer/link.h"

#include <unistd.h>

#include "base/fail.h"
#include "crypto/channel.h"
#include "net/deadline.h"
#include "net/tls.h"

/* Bytes that are progress: a record of TLS, at no less than 0.5 KB a second. */
#define PROGRESS (16 << 10)

/*
 * When it is over: what has come is taken still, for we may have been stopped.
 */
#define LATE_STEPS 64

/* What is to be sent next of a call: of its request, then of its payload. */
static struct span
unsent(const struct call *call, size_t sent)
{
	size_t part = sent - call->head.size;

	return sent < call->head.size
	    ? span_of(call->head.data + sent, call->head.size - sent)
	    : span_of(call->payload.data + part, call->payload.size - part);
}

/* Push what there is room for; how much went. */
static size_t
send_some(struct link *link)
{
	struct call *call = calls_sending(link->calls);
	struct span rest;
	size_t pushed;

	if (call == NULL)
		return 0;
	rest = unsent(call, link->sent);
	pushed = tls_push(link->tls, rest.data, rest.size);
	link->sent += pushed;
	if (link->sent < call->head.size + call->payload.size)
		return pushed;
	link->sent = 0;
	calls_sent(link->calls);
	return pushed;
}

/* Take in what has arrived: how much, -1. A whole answer is progress. */
static int
receive_some(struct link *link)
{
	size_t size, got;
	int whole;
	uint8_t *to = answers_room(&link->answers, link->calls, &size);

	if (to == NULL)
		return -1;
	got = tls_pull(link->tls, to, size);
	if (got == 0)
		return 0;
	whole = answers_take(&link->answers, link->calls, got);
	if (whole > 0)
		link->moved = PROGRESS;
	return whole < 0 ? -1 : (int)got;
}

void
link_take_wake(const struct link *link)
{
	uint64_t count;

	while (read(link->wake, &count, sizeof count) == sizeof count)
		;
}

static int
ping(struct link *link)
{
	struct request request = {.verb = VERB_INFO};

	link->ping = calls_new(&request, NULL, &link->pong);
	if (link->ping == NULL)
		return -1;
	calls_push(link->calls, link->ping);
	return 0;
}

/* Whatever it said: it is there. */
static void
end_ping(struct link *link)
{
	if (link->ping == NULL || !link->ping->done)
		return;
	calls_wait(link->calls, link->ping);
	answer_release(&link->pong);
	link->ping = NULL;
}

/* Wait for the wire, or for a new call, until the deadline. */
static int
wait_for_more(struct link *link, int patience)
{
	int moved;

	moved = tls_step(link->tls, link->wake, deadline_left(link->deadline));
	if (moved < 0)
		return -1;
	if (tls_ended(link->tls))
		return fail(FAIL_SYSTEM, "the peer has closed the connection");
	if (moved == 0)
		link_take_wake(link);
	if (deadline_left(link->deadline) != 0 ||
	    (moved > 0 && link->late++ < LATE_STEPS))
		return 0;
	if (patience == 0)
		return ping(link);
	link->silent = true;
	return fail(FAIL_SYSTEM, "the peer has not answered for %d s",
	    patience * link->answer_ms / 1000);
}

static void
set_deadline(struct link *link, int patience)
{
	link->deadline = deadline_in(
	    (patience > 0 ? patience : 2) * link->answer_ms);
	link->moved = 0;
	link->late = 0;
}

int
link_converse(struct link *link, const struct call *until)
{
	int patience = 0, before, got;
	size_t sent;

	link->moved = PROGRESS;
	while (until == NULL || !until->done) {
		end_ping(link);
		before = patience;
		patience = calls_patience(link->calls, &link->stopping);
		if (link->stopping)
			return patience == 0
			    ? 0
			    : fail(FAIL_SYSTEM, "we have not waited for it");
		if (link->moved >= PROGRESS || (before == 0) != (patience == 0))
			set_deadline(link, patience);
		sent = send_some(link);
		got = receive_some(link);
		if (got < 0)
			return -1;
		link->moved += sent + (size_t)got;
		if (sent == 0 && got == 0 && wait_for_more(link, patience) != 0)
			return -1;
	}
	return 0;
}

static bool
trust_one(void *context, const struct digest *id)
{
	const struct digest *peer = context;

	return digest_equal(peer, id);
}

void
link_close(struct link *link)
{
	tls_close(link->tls);
	link->tls = NULL;
	if (link->wire >= 0)
		close(link->wire);
	link->wire = -1;
	link->sent = 0;
	answers_release(&link->answers);
	link->answers = (struct answers){.missing = 0};
	calls_again(link->calls);
}

void
link_release(struct link *link)
{
	link_close(link);
	end_ping(link);
	answer_release(&link->pong);
	secret_wipe(&link->scalar, sizeof link->scalar);
}

/* Hello goes before all that waits. */
static int
greet(struct link *link)
{
	struct request request = {.verb = VERB_HELLO, .size = MESSAGE_VERSION};
	struct answer answer = {0};
	struct call *hello = calls_new(&request, NULL, &answer);
	int result;

	if (hello == NULL)
		return -1;
	calls_push(link->calls, hello);
	result = link_converse(link, hello);
	if (result == 0) {
		result = calls_wait(link->calls, hello);
	} else {
		link_close(link);
		calls_withdraw(link->calls, hello);
	}
	answer_release(&answer);
	return result;
}

int
link_open(struct link *link)
{
	struct tls_options tls = {
	    .scalar = &link->scalar,
	    .role = &channel_client,
	    .handshake_ms = link->handshake_ms,
	    .trust = trust_one,
	    .context = &link->peer,
	};
	int64_t end;

	tls.in = tls.out = link->wire = link->reach(link->context);
	link->reached = link->wire >= 0;
	if (!link->reached)
		return -1;
	end = deadline_in(link->handshake_ms);
	link->tls = tls_open(&tls);
	if (link->tls != NULL)
		return greet(link);
	link->silent = deadline_left(end) == 0;
	return -1;
}

void
link_finish(struct link *link, int timeout_ms)
{
	tls_finish(link->tls, timeout_ms);
}
