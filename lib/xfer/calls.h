/* SPDX-License-Identifier: ISC */
#ifndef XFER_CALLS_H
#define XFER_CALLS_H

/*
 * The calls of a session that are under way: in line to be sent, then in line
 * for their answers. Any thread submits and waits; the session's own thread
 * moves them along. A call keeps its request until it is answered, so that it
 * can be sent again on another connection.
 */

#include <pthread.h>

#include "base/fail.h"
#include "xfer/counts.h"
#include "xfer/session.h"

struct call {
	struct call *next;
	struct buf head;     /* the request */
	struct span payload; /* behind it; the caller's */
	struct answer *answer;
	uint64_t limit; /* of the answer's payload */
	int patience;	/* how many deadlines it may take */
	enum verb verb;
	uint64_t began; /* by clock_us, when it got in line; 0: it did not */
	pthread_cond_t answered;
	bool done;
	bool broken; /* the session broke before the answer */
};

/* First in, first out. */
struct queue {
	struct call *first, *last;
};

struct calls {
	pthread_mutex_t lock;
	struct queue to_send, to_answer;
	unsigned breaks; /* how often all was to be sent again */
	bool broken, stopping;
	struct failure reason; /* of being broken */
	struct counts *counts; /* NULL: nobody counts */
};

void calls_init(struct calls *calls);
void calls_release(struct calls *calls);

/* The payload and the answer are the caller's until calls_wait returns. */
struct call *calls_new(const struct request *request, const void *payload,
    struct answer *answer);

/* Get in line. -1 (and the call is gone) when broken. */
int calls_submit(struct calls *calls, struct call *call);

/* Wait for the answer, and release the call. */
int calls_wait(struct calls *calls, struct call *call);

/* Nobody wants answers any more. */
void calls_stop(struct calls *calls);

/* How often calls_again has been called. */
unsigned calls_breaks(struct calls *calls);

/* For the session's thread: */

/* Who is to be sent next, and that it has been. NULL: nobody. */
struct call *calls_sending(struct calls *calls);
void calls_sent(struct calls *calls);

/* Whose answer is to come next, and that it is there. NULL: nobody's. */
struct call *calls_answering(struct calls *calls);
void calls_answered(struct calls *calls);

/*
 * How patient the oldest call that is under way is, 0 if none is; and whether
 * calls_stop has been called.
 */
int calls_patience(struct calls *calls, bool *stopping);

/*
 * Get in before all others; and out again, before all others or answered:
 * whoever answers may break the rules in the next byte.
 */
void calls_push(struct calls *calls, struct call *call);
void calls_withdraw(struct calls *calls, struct call *call);

/* The wire broke: all that has no whole answer is to be sent again. */
void calls_again(struct calls *calls);

/*
 * End everything under way with the words of the failure in the slot; what
 * the peer did is no fault of the data: FAIL_SYSTEM.
 */
void calls_break(struct calls *calls);

#endif
