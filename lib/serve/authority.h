/* SPDX-License-Identifier: ISC */
#ifndef SERVE_AUTHORITY_H
#define SERVE_AUTHORITY_H

/*
 * Whose shards a peer may deal with at a holder, beside its own: those of an
 * owner whose newest members document, which lies here, names the peer. And
 * what may be put for an owner: papers and snapshots that are what they say,
 * no more snapshots than readers read, and by a member nothing but what the
 * owner has signed for, and some receipts. So nobody can fill an owner's space
 * with junk, and a copy of the owner's key hides none of the past.
 */

#include "doc/members.h"
#include "store/store.h"

struct peer;
struct request;
struct roster;

/* Of an owner's space, receipts that a member brings fill one part in so many. */
#define AUTHORITY_SHARE 64

struct authority {
	struct store *store;
	const char *store_path;
	const struct roster *roster;

	/* The newest members document of one owner, as it was just now. */
	struct digest owner;
	uint64_t looked; /* when, by event_clock; 0: never */
	bool found;
	struct buf document;
	struct members members;

	size_t snapshots; /* put on this connection, and not committed */

	/* Sorted ids of the shards that an index here names. */
	struct digest index;
	struct buf named;
};

void authority_release(struct authority *authority);

/* What lies here may be other than it was: there was a commit. */
void authority_forget(struct authority *authority);

/*
 * The owner's line of the roster, if `peer` is a member of its: NULL when it
 * is not, whatever the reason.
 */
const struct peer *authority_owner(struct authority *authority,
    const struct digest *owner, const struct digest *peer);

/*
 * Whether `payload` may be put as `request` says: by the owner itself, or on
 * its behalf. FAIL_DATA or FAIL_NO.
 */
int authority_check_put(struct authority *authority,
    const struct request *request, struct span payload, bool by_owner);

#endif
