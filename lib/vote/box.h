/* SPDX-License-Identifier: ISC */
#ifndef VOTE_BOX_H
#define VOTE_BOX_H

/*
 * The ballot box: everything that a tally rests on, so that whoever has it can
 * count again. Voters get it with the tally before they seal. It is an array
 * of the documents, each a byte string.
 */

#include "vote/poll.h"

struct box {
	struct span tally;
	struct span opening;
	struct span challenge;
	struct span seed;
	struct poll_list ballots; /* by voter; room for LIMIT_VOTERS */
	struct poll_list proofs;  /* room for LIMIT_PROOFS */
};

int box_encode(const struct box *box, struct buf *to);

/* -1 (FAIL_DATA). The lists need room; what is in them borrows. */
int box_decode(struct span bytes, struct box *box);

/*
 * What names all of it but the tally, signatures included: with another one
 * nobody can make a box look wrong that its poller had right.
 */
struct digest box_digest(const struct box *box);

#endif
