/* SPDX-License-Identifier: ISC */
#ifndef DOC_SNAPSHOT_H
#define DOC_SNAPSHOT_H

/*
 * A snapshot: the signed record of one finished backup. Snapshots of an owner
 * are numbered from 1 and each names the one before it by its tree root, so
 * that a missing, an old or a second one in the same place is seen.
 */

#include "base/bytes.h"

struct secret;

struct snapshot {
	uint64_t number;
	struct digest previous; /* zero for the first one */
	uint64_t time;		/* seconds since 1970, by the owner's clock */
	struct span head;	/* the stream's head and end records, whole */
	struct span end;
	struct span indexes; /* tree roots of the indexes, 32 bytes each */
};

/* Sign a snapshot; the document is appended to `to`. */
int snapshot_encode(const struct snapshot *snapshot,
    const struct secret *scalar, struct buf *to);

/* -1 (FAIL_DATA). `snapshot` borrows from `document`. */
int snapshot_decode(struct span document, const struct digest *signer,
    struct snapshot *snapshot);

/* The root of index number `i` of them. */
struct digest snapshot_index(const struct snapshot *snapshot, size_t i);

#endif
