/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ACCUSE_H
#define VOTE_ACCUSE_H

/*
 * What convicts somebody, found among documents: of any polls, with the
 * owner's indexes, the holders' receipts and proofs, and what ballot boxes
 * and certificates have in them. Whoever signed two certificates of one poll
 * has signed two seals.
 */

#include "vote/poll.h"

struct accuse {
	struct buf documents;	 /* signed ones */
	struct buf boxes, items; /* lists: a span each */
	struct buf culprits;	 /* those who are convicted, and by what */
	struct buf evidence;	 /* files, one behind the other */
};

/*
 * Add a CBOR sequence, which is borrowed. -1 (FAIL_DATA): it is malformed. All
 * zero is an empty one, and it must be released.
 */
int accuse_add(struct accuse *accuse, struct span sequence);
void accuse_release(struct accuse *accuse);

/*
 * Find all evidence, of each culprit and crime the first. FAIL_NO when there
 * is none.
 */
int accuse_find(struct accuse *accuse);

#endif
