/* SPDX-License-Identifier: ISC */
#ifndef XFER_SESSION_H
#define XFER_SESSION_H

/*
 * Our end of the dialogue with one peer: many calls under way over one TLS
 * session, from any thread. A thread of the session's own drives the wire, so
 * that a slow peer holds up only those who wait for its answers.
 *
 * A connection that breaks is made again, a few times and not at once, and
 * every call that is under way is sent again: to those who wait it is a late
 * answer. But what the holder had taken and not committed is gone with the
 * connection, and session_breaks is how they learn of it. A peer that falls
 * silent, or that breaks the rules, is not tried again.
 */

#include "base/bytes.h"
#include "format/message.h"

struct call;
struct counts;
struct secret;
struct session;

struct session_options {
	/* A new connection, a non-blocking descriptor that is taken over. */
	int (*reach)(void *context);
	void *context;

	const struct secret *scalar;
	const struct digest *peer; /* who must be at the other end */
	int handshake_ms;
	struct counts *counts; /* of its calls; NULL: nobody counts */

	/*
	 * Without progress (xfer/link.h) while the oldest call is what is known
	 * at once; twice as long for put and get, four times for what a disk
	 * has to do: commit, drop, prove, a have that reads.
	 */
	int answer_ms;
	unsigned
	    tries; /* to make a connection again, in a minute of its life */
	/*
	 * Also the first one, when it stood and broke: a holder that has no
	 * place left hangs up. Who cannot be reached is not tried again.
	 */
	bool first_too;
};

/* Connect, handshake, hello. NULL: the failures of `reach` and tls_open. */
struct session *session_open(const struct session_options *options);

/* Let calls that are under way, and all later ones, fail; from any thread. */
void session_stop(struct session *session);
void session_close(struct session *session);

/* What came back. Zero it before, release it after. */
struct answer {
	unsigned status;
	struct buf body; /* words, if status is not 0 */
	struct buf payload;
};

void answer_release(struct answer *answer);

/*
 * Send a request (with request->payload bytes from `payload`) and wait for
 * the answer. -1: the session is broken, or the peer said no: its kind and
 * words are then the failure.
 */
int session_call(struct session *session, const struct request *request,
    const void *payload, struct answer *answer);

/*
 * The two halves of session_call, for who has other peers to call meanwhile:
 * what session_begin gives must be handed to session_end; NULL: it failed.
 * The payload and the answer stay where they are until then.
 */
struct call *session_begin(struct session *session,
    const struct request *request, const void *payload, struct answer *answer);
int session_end(struct session *session, struct call *call);

/* How often the connection has broken so far. */
unsigned session_breaks(struct session *session);

#endif
