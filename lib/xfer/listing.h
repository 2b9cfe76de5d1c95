/* SPDX-License-Identifier: ISC */
#ifndef XFER_LISTING_H
#define XFER_LISTING_H

/*
 * A snapshot unrolled: its head, then its stripes one after the other as its
 * indexes list them, read from whoever has each index, in the memory of one.
 */

#include "doc/chain.h"
#include "doc/snapshot.h"
#include "xfer/holder.h"

struct listing {
	struct holders *holders;
	struct digest owner;
	struct buf document; /* the snapshot, that the structs borrow from */
	struct snapshot snapshot;
	struct head head;
	struct end end;
	struct chain chain;
	struct buf index;    /* the one being read */
	struct span records; /* what is left of it */
	size_t next_index;
	uint64_t promised; /* stripes that the indexes so far count */
};

int listing_open(struct listing *listing, struct holders *holders,
    const struct digest *owner, const struct digest *snapshot);
void listing_close(struct listing *listing);

/* Index number `i` as it stands, from the first holder that has it whole. */
int listing_index(struct listing *listing, size_t i, struct buf *document);

/* 1; 0 when that was all, and all fits together; -1. */
int listing_next(struct listing *listing, struct stripe *stripe);

#endif
