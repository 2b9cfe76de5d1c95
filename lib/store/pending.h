/* SPDX-License-Identifier: ISC */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

/*
 * Files on their way into a store: written under temporary names by any
 * thread, made to last and given their names together.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "base/bytes.h"
#include "store/usage.h"
#include "store/writer.h"

struct pending {
	pthread_mutex_t lock;
	char *store; /* its path; NULL: not initialised */
	struct writer writer;
	struct pending_file *first;
	uint64_t serial;
	atomic_bool recounted; /* whether a refusal was right */
	struct usage limit;    /* what an owner may have; 0 bytes: anything */
	const char *engine; /* the command that the bytes go to; NULL: none */
};

/* Come to the store at `store` as a writer: see writer_init. */
int pending_init(struct pending *pending, const char *store, int marker,
    bool beside);

/* Remove the temporaries. `clean`: the counts are right, and last. */
void pending_release(struct pending *pending, bool clean);

/*
 * A temporary for `size` bytes that shall become `path`, open for writing.
 * NULL: FAIL_NO when they would take their owner past the limit; what they
 * replace counts for them.
 */
struct pending_file *pending_begin(struct pending *pending,
    const struct digest *owner, const char *path, size_t size, int *fd);

/* It is whole, and closed: the next commit may have it. */
void pending_take(struct pending *pending, struct pending_file *file);

/* It shall not become anything. */
void pending_discard(const struct pending *pending, struct pending_file *file);

/* The failure in the slot is about that file. */
int pending_blame(const struct pending *pending,
    const struct pending_file *file);

/*
 * fsync all files taken so far, rename them, fsync their folders and those
 * above them. On failure the ones that have no name yet are removed.
 */
int pending_commit(struct pending *pending);

#endif
