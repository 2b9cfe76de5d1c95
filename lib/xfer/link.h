/* SPDX-License-Identifier: ISC */
#ifndef XFER_LINK_H
#define XFER_LINK_H

/*
 * One connection of a session, which may have several, one after the other:
 * from the handshake to its end, requests out and answers in. One thread at a
 * time drives it.
 */

#include "crypto/secret.h"
#include "xfer/answers.h"

struct tls;

struct link {
	struct calls *calls;
	int (*reach)(void *context); /* as in struct session_options */
	void *context;
	struct secret scalar;
	struct digest peer;
	int handshake_ms, answer_ms;
	int wake; /* becomes readable when a call was submitted */

	int wire; /* -1: none */
	struct tls *tls;
	size_t sent; /* bytes of the call that is being sent */
	struct answers answers;
	size_t moved;	   /* since the deadline was set */
	int64_t deadline;  /* for progress */
	unsigned late;	   /* steps of the wire after it */
	struct call *ping; /* what is said when there is nothing to say */
	struct answer pong;
	bool reached;  /* there was a wire, this time */
	bool stopping; /* nobody wants more */
	bool silent;   /* it broke because the deadline was over */
};

/* Reach, handshake, hello. -1: link_close it all the same. */
int link_open(struct link *link);

/*
 * Move bytes until `until` is answered, or until nobody wants to be answered
 * any more. An answer is progress, and so are 16 KiB of one or of a request;
 * that sets the deadline anew. A byte alone does not: who lets one through now
 * and then is as good as silent.
 * Who has nothing to ask for two deadlines asks for info, so that the holder
 * does not take it for gone.
 * -1: the connection broke, or calls are left that nobody waits for.
 */
int link_converse(struct link *link, const struct call *until);

/* Say goodbye, when all is answered and nobody wants more. */
void link_finish(struct link *link, int timeout_ms);

/* Close what there is; calls that are under way begin anew. */
void link_close(struct link *link);

/* The session is at its end, and no call under way any more. */
void link_release(struct link *link);

/* Forget that we were woken. */
void link_take_wake(const struct link *link);

#endif
