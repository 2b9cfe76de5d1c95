/* SPDX-License-Identifier: ISC */
#ifndef XFER_SESSION_H
#define XFER_SESSION_H

/*
 * Our end of the dialogue with one peer: many calls under way over one TLS
 * session, from any thread. A thread of the session's own drives the wire, so
 * that a slow peer holds up only those who wait for its answers.
 */

#include "base/bytes.h"
#include "format/message.h"

struct secret;
struct session;

struct session_options {
	int in, out; /* taken over */
	const struct secret *scalar;
	const struct digest *peer; /* who must be at the other end */
	int handshake_ms;
	int answer_ms; /* without a byte of progress while calls are open */
};

/* Handshake, then hello. NULL: see tls_open. The descriptors are closed. */
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

#endif
