/* SPDX-License-Identifier: ISC */
#ifndef XFER_CALLS_H
#define XFER_CALLS_H

/*
 * The calls of a session that are under way: in line to be sent, then in line
 * for their answers. Any thread submits and waits; the session's own thread
 * moves them along.
 */

#include <pthread.h>

#include "base/fail.h"
#include "format/message.h"
#include "xfer/session.h"

struct call {
	struct call *next;
	struct buf bytes; /* the request, its payload behind it */
	struct answer *answer;
	uint64_t limit; /* of the answer's payload */
	bool done;
	bool broken; /* the session broke before the answer */
};

/* First in, first out. */
struct queue {
	struct call *first, *last;
};

struct calls {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct queue to_send, to_answer;
	bool broken, stopping;
	struct failure reason; /* of being broken */
};

void calls_init(struct calls *calls);
void calls_release(struct calls *calls);

struct call *calls_new(const struct request *request, const void *payload,
    struct answer *answer);

/* Get in line. -1 (and the call is gone) when broken. */
int calls_submit(struct calls *calls, struct call *call);

/* Wait for the answer, and release the call. */
int calls_wait(struct calls *calls, struct call *call);

/* No more calls will come. */
void calls_stop(struct calls *calls);

/* For the session's thread: */

/* Who is to be sent next, and that it has been. NULL: nobody. */
struct call *calls_sending(struct calls *calls);
void calls_sent(struct calls *calls);

/* Whose answer is to come next, and that it is there. NULL: nobody's. */
struct call *calls_answering(struct calls *calls);
void calls_answered(struct calls *calls);

/* Nothing under way; whether calls_stop has been called. */
bool calls_idle(struct calls *calls, bool *stopping);

/* End everything under way with the failure in the slot. */
void calls_break(struct calls *calls);

#endif
