/* SPDX-License-Identifier: ISC */
#ifndef XFER_REPAIR_H
#define XFER_REPAIR_H

/*
 * Rebuild what a snapshot has lost: missing (or, with `check`, damaged)
 * shards are computed from any `need` of their stripe and placed again, each
 * on a peer that has no other shard of it. No key opens anything here: what
 * the owner signed says what the right bytes are.
 */

#include "xfer/listing.h"

struct repaired;

struct repair {
	struct listing *listing;
	bool check; /* read every shard, rather than trust its size */
	const struct repairs *only; /* mend these shards; NULL: all */
	uint64_t whole;		    /* shards that were where they belong */
	uint64_t rebuilt;
	uint64_t unplaced; /* rebuilt, but no peer was left to take them */
	uint64_t lost;	   /* stripes with fewer than `need` shards */

	/* Told of each such shard, when it rests; -1 ends it. NULL: nobody. */
	int (*each)(void *context, const struct repaired *repaired);
	void *context;
};

/*
 * Go through the snapshot. What was rebuilt is durable when this returns,
 * and its indexes and the snapshot itself are on every usable peer. FAIL_NO
 * when a stripe is lost or a shard found no place: the counts tell.
 */
int repair_snapshot(struct repair *repair);

#endif
