/* SPDX-License-Identifier: ISC */
#ifndef VOTE_SEALED_H
#define VOTE_SEALED_H

/*
 * A certificate: a tally sealed by exactly a quorum, by which anyone with the
 * members document sees offline that the poll came to this. The items that it
 * speaks of may come with it, so that its verdicts have names.
 */

#include "vote/roll.h"
#include "vote/tally.h"

struct sealed {
	struct span tally;
	struct poll_list seals; /* by voter; room for LIMIT_VOTERS */
	struct span items;	/* the list, or empty */
};

int sealed_encode(const struct sealed *sealed, struct buf *to);

/* -1 (FAIL_DATA). The list needs room; what is in it borrows. */
int sealed_decode(struct span bytes, struct sealed *sealed);

/*
 * Check it against the members document that `roll` was made of, with the
 * certificate's items or none: -1 (FAIL_DATA) with the reason when it does not
 * hold. Fills in `tally`, whose `verdict` has room for LIMIT_ITEMS.
 */
int sealed_check(const struct sealed *sealed, const struct roll *roll,
    struct tally *tally);

#endif
