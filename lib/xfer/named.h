/* SPDX-License-Identifier: ISC */
#ifndef XFER_NAMED_H
#define XFER_NAMED_H

/*
 * What a snapshot names: its shards, as its indexes list them, and the indexes
 * themselves. Each id is told to `each`, which ends that by -1.
 */

#include "xfer/holder.h"

typedef int (*named_each)(void *context, const struct digest *id);

enum named {
	NAMED_SHARDS,
	NAMED_INDEXES, /* the snapshot is all that is read for them */
	NAMED_BOTH,    /* the shards first */
};

/* -1 also when an index, or the snapshot, cannot be read, or is not right. */
int named_ids(struct holders *holders, const struct digest *owner,
    const struct digest *snapshot, enum named what, named_each each,
    void *context);

#endif
