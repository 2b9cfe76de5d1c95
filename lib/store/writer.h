/* SPDX-License-Identifier: ISC */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

/*
 * Who writes to a store. Each writer has a mark among the temporaries, which
 * it has locked as long as it lives: a mark that nobody has locked is of one
 * that died, with files on the way and counts that may be wrong. It is made
 * before the first write, so that who only reads leaves the disk as it is.
 */

#include <pthread.h>

#include "base/bytes.h"

/* What the names of a writer's temporaries have in common with its mark's. */
#define WRITER_TAG 40

struct writer {
	const char *store; /* its path, the caller's; NULL: it never writes */
	char tag[WRITER_TAG];
	pthread_mutex_t lock;
	bool buried; /* those that had died when it came */
	int mark;    /* the descriptor that locks it; -1: there is none yet */
};

/*
 * Come to the store at `store` and bury the dead. Its file of that descriptor
 * is locked, shared, until that is closed: who gets it alone knows that no
 * writer lives. `beside` others, who have done so just now, they are buried
 * only when there is a need to.
 */
int writer_init(struct writer *writer, const char *store, int marker,
    bool beside);

/* Bury them now, if that was left. What the counts say is right then. */
int writer_settle(struct writer *writer);

/*
 * Make the mark, which outlives a power cut, unless it is there: before
 * anything is written that a writer who dies would leave behind.
 */
int writer_begin(struct writer *writer);

/* Remove the mark; without `clean` it stays, for others to find. */
void writer_release(struct writer *writer, bool clean);

/* How much of a text is one; 0: it does not begin with any. */
size_t writer_tag_size(const char *text);

/*
 * Remove what writers that died have left, and count anew what owners have. To
 * be done again if it is cut short. `alone`: the caller knows that no writer
 * lives, so whatever is on the way is of a dead one, marked or not.
 */
int writer_bury_dead(const char *store, bool alone);

#endif
