/* SPDX-License-Identifier: ISC */
#ifndef XFER_SEND_H
#define XFER_SEND_H

/*
 * A shard stream to holders: every shard of a stripe on another peer, each
 * durable before it counts, and at the end, when all of it is there, the
 * signed snapshot that makes it a backup. What a holder has already is not
 * sent again.
 */

#include <stdatomic.h>

#include "doc/snapshot.h"
#include "format/stream.h"
#include "xfer/holder.h"

struct secret;

struct send {
	struct holders *holders;
	const struct secret *scalar;   /* of the identity that signs */
	struct digest owner;	       /* its id */
	unsigned happy;		       /* peers for each stripe; 0: total */
	bool check;		       /* read what is there already */
	const char *begun;	       /* file for what is about to be shown */
	struct snapshot snapshot;      /* number, previous and time are given */
	unsigned lasting, need, total; /* of the worst stripe, in the end */
	atomic_ullong placed;	       /* bytes of shards, till now */
};

/*
 * Read the stream on `in` to its end, place it, publish the snapshot; `id`
 * becomes its name and send->snapshot.number its number. FAIL_NO when a
 * stripe or the snapshot rests on fewer than `happy` peers: then nothing has
 * been published, but for the snapshot at fewer peers, which is told; running
 * again goes on from there.
 */
int send_copy(struct send *send, int in, struct digest *id, uint64_t *size);

#endif
