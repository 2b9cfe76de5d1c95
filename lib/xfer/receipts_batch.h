/* SPDX-License-Identifier: ISC */
#ifndef XFER_RECEIPTS_BATCH_H
#define XFER_RECEIPTS_BATCH_H

/*
 * Receipts on their way to all usable holders: as many together as these take
 * without a commit, and some MiB of memory at most.
 */

#include "base/bytes.h"

struct holders;

struct receipts_batch {
	struct holders *holders;
	struct digest owner; /* whom they are for */
	bool known;	     /* some may be there: each holder is asked first */

	/* Those that wait, one behind the other. */
	struct buf ids, documents;
	struct buf sizes; /* size_t */
};

/* Take one more, a copy; those that wait go out when they are enough. */
int receipts_batch_add(struct receipts_batch *batch, const struct digest *id,
    struct span document);

/* The rest: they last where there was room for them. */
int receipts_batch_flush(struct receipts_batch *batch);
void receipts_batch_release(struct receipts_batch *batch);

#endif
