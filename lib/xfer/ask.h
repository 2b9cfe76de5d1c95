/* SPDX-License-Identifier: ISC */
#ifndef XFER_ASK_H
#define XFER_ASK_H

/*
 * Gets that nobody has to wait for. Each runs in a thread and into memory of
 * its own; whoever asked takes what comes first, and may leave before the
 * rest has come. So a holder that does not answer holds up a thread, and
 * nobody else.
 */

#include "base/crew.h"
#include "xfer/holder.h"

struct asks; /* what is under way at some holders */

/* One get; `result` and `bytes` are those of holder_get. */
struct ask {
	struct job job;
	struct asks *asks;
	struct asker *asker; /* NULL: nobody waits any more */
	struct ask *next;    /* of the same asker, or spare */
	struct holder *holder;
	struct store_key key;
	size_t limit;
	unsigned item; /* what the asker calls it */
	size_t ahead;  /* see xfer/pace.h */
	double began, late_at;
	bool late, done;
	int result;
	struct buf bytes;
};

/* Who waits: a structure on the stack of one thread. */
struct asker {
	struct asks *asks;
	pthread_cond_t answered;
	struct ask *first;
	unsigned open; /* asked and not taken */
	unsigned late; /* of them: see xfer/pace.h */
};

/* NULL when memory has run out. */
struct asks *asks_open(void);

/*
 * Whether a disk still owes an answer after another second. It may do so for
 * ever, and cannot be stopped: who has only read may _exit(2) instead of
 * waiting for it. NULL owes nothing.
 */
bool asks_hang(struct asks *asks, const struct holders *holders);

/*
 * End what is under way at `holders`, by force where there is no answer, and
 * wait for the threads. NULL does nothing.
 */
void asks_close(struct asks *asks, struct holders *holders);

void asker_open(struct asker *asker, struct asks *asks);

/* What has not come is not waited for. */
void asker_close(struct asker *asker);

/* Get up to `limit` bytes. -1 when memory or threads have run out. */
int ask_start(struct asker *asker, struct holder *holder,
    const struct store_key *key, size_t limit, unsigned item);

/*
 * Some answer, to be released; NULL when instead more of what is open has
 * become late.
 */
struct ask *ask_wait(struct asker *asker);
void ask_release(struct ask *ask);

/* The pace_cost and pace_silence of a holder, now. */
double ask_cost(struct asks *asks, const struct holder *holder, size_t size);
double ask_silence(struct asks *asks, const struct holder *holder);

#endif
