/* SPDX-License-Identifier: ISC */
#ifndef SERVE_AUTHORITY_H
#define SERVE_AUTHORITY_H

/*
 * Whose shards a peer may deal with at a holder, beside its own: those of an
 * owner whose newest members document, which lies here, names the peer.
 */

#include "doc/members.h"
#include "store/store.h"

struct peer;
struct roster;

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
 * Whether a members document may be put: it is the owner's, and newer than all
 * that are here, or one of them. FAIL_DATA or FAIL_NO.
 */
int authority_check_members(struct authority *authority,
    const struct store_key *key, struct span document);

#endif
