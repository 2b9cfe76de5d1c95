/* SPDX-License-Identifier: ISC */
#ifndef SERVE_ACCEPT_H
#define SERVE_ACCEPT_H

/*
 * What may be put for an owner: papers and snapshots that are what they say,
 * no more snapshots and receipts than readers read, and by a member nothing but
 * what the owner has signed for, and some receipts. So nobody can fill an
 * owner's space with junk, and a copy of the owner's key hides none of the
 * past.
 */

#include "base/bytes.h"

struct authority;
struct request;

/*
 * Of an owner's space, receipts that a member brings fill one part in so many.
 */
#define ACCEPT_SHARE 64

/* How many documents are on a shelf that readers read whole. */
struct accept_count {
	bool known;
	struct digest owner; /* whose */
	size_t here;	     /* after the last commit */
	size_t put;	     /* since then, on this connection */
};

/* Of one connection. */
struct accept {
	struct authority *authority; /* it has the store; given */
	struct accept_count snapshots, receipts;

	/* Sorted ids of the shards that an index here names. */
	struct digest index;
	struct buf named;
};

void accept_release(struct accept *accept);

/* There was a commit. */
void accept_forget(struct accept *accept);

/*
 * Whether `payload` may be put as `request` says: by the owner itself, or on
 * its behalf. FAIL_DATA or FAIL_NO.
 */
int accept_check(struct accept *accept, const struct request *request,
    struct span payload, bool by_owner);

#endif
