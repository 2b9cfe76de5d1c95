/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAPERS_H
#define XFER_PAPERS_H

/*
 * Papers: an owner's public documents beside its backups. The members document
 * says who holds them, the receipts of all holders what each has promised to
 * keep. They lie with every holder, so that any of them can vouch for the
 * others. No restore needs them, so nothing fails when they find no place.
 */

#include "doc/members.h"
#include "xfer/holder.h"

/*
 * The newest members document that `document` (empty: none) or any usable
 * holder has, left in `document`, which `members` borrows from; number 0 when
 * there is none.
 */
int papers_newest(struct holders *holders, const struct digest *owner,
    struct buf *document, struct members *members);

/*
 * Sign a new members document if the holders with a key are not those of the
 * newest, or half of its time is over; `path` is where this machine keeps its
 * own copy. Then see to it that all usable holders have the newest.
 */
struct papers {
	struct holders *holders;
	const struct secret *scalar; /* of the owner */
	struct digest owner;
	const char *path;
	bool strict; /* a verdict takes all members */
};

int papers_publish_members(const struct papers *papers);

/* Put one on all usable holders that have it not, and (commit) make it last. */
int papers_put(struct holders *holders, enum store_shelf shelf,
    const struct digest *owner, struct span bytes);
int papers_commit(struct holders *holders);

#endif
