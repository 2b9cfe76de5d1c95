/* SPDX-License-Identifier: ISC */
#ifndef STORE_ARRIVAL_H
#define STORE_ARRIVAL_H

/*
 * Something on its way in whose bytes come in parts: a temporary
 * (store/pending.h) that is written and hashed as they come. It counts for its
 * owner's limit from the begin; the commit after its end gives it a name.
 * Whatever fails, and who dies, leaves what a pending file leaves.
 */

#include "crypto/tree.h"
#include "store/store.h"

struct pending;
struct pending_file;

struct arrival {
	struct pending *pending;
	struct pending_file *file; /* NULL: nothing is on its way */
	int fd;
	struct digest id;
	struct tree tree;
};

/* `size` bytes shall become `path`: FAIL_NO past the limit, FAIL_SYSTEM. */
int arrival_begin(struct arrival *arrival, struct pending *pending,
    const struct store_key *key, const char *path, size_t size);

/*
 * The next of them: whole blocks of TREE_BLOCK_SIZE in each part but the last.
 * After a failure (FAIL_SYSTEM) nothing is on its way.
 */
int arrival_part(struct arrival *arrival, struct span bytes);

/* All have come. FAIL_DATA when they are not what the key names. */
int arrival_end(struct arrival *arrival);

/* Forget what is on its way, if anything is. */
void arrival_release(struct arrival *arrival);

#endif
