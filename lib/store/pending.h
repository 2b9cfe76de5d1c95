/* SPDX-License-Identifier: ISC */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

/*
 * Files on their way into a store: written under temporary names by any
 * thread, made to last and given their names together.
 */

#include <pthread.h>

#include "base/bytes.h"

struct pending {
	pthread_mutex_t lock;
	char *folder; /* of the temporaries; NULL: not initialised */
	struct pending_file *first;
	uint64_t serial;
};

int pending_init(struct pending *pending, const char *folder);

/* Remove the temporaries. */
void pending_release(struct pending *pending);

/* Write `bytes` to a temporary that shall become `path`. */
int pending_add(struct pending *pending, const char *path, struct span bytes);

/*
 * fsync all files added so far, rename them, fsync their folders and those
 * above them. On failure the ones that have no name yet are removed.
 */
int pending_commit(struct pending *pending);

/* Remove whatever is in a folder of temporaries. */
int pending_clean(const char *folder);

#endif
