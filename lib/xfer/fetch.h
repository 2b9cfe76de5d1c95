/* SPDX-License-Identifier: ISC */
#ifndef XFER_FETCH_H
#define XFER_FETCH_H

/*
 * The reverse of send: a snapshot's stripes with `need` whole shards of each,
 * from whoever has them, as the stream that shard-split wrote.
 */

#include "xfer/listing.h"

/*
 * Write the stream of `listing`, from its head to its end record. FAIL_NO at
 * a stripe that too few shards are left of; it is then the last one written,
 * with what there is of it, before the end record. No more bytes of shards
 * are asked for than `rate` allows (NULL: any number), of all holders.
 */
int fetch_copy(struct listing *listing, struct rate *rate, int out);

/* The shards that are left of the worst stripe, by asking, not by reading. */
int fetch_alive(struct listing *listing, unsigned *alive);

#endif
