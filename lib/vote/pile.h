/* SPDX-License-Identifier: ISC */
#ifndef VOTE_PILE_H
#define VOTE_PILE_H

/*
 * A pile: what has been said in one poll so far, as it lies in files. They
 * hold CBOR sequences of documents, of the list of items, and of the ballot
 * box, in any order; the same one may come twice. Of what stands for the whole
 * poll there is one each; what voters and holders say is many.
 */

#include "vote/poll.h"

#define PILE_SAID (4 * LIMIT_VOTERS + LIMIT_PROOFS)

struct pile {
	struct span members, items, opening, challenge, seed,
	    box;		     /* or empty */
	struct span said[PILE_SAID]; /* joinings, reveals, proofs... */
	size_t count;
};

/*
 * Add a sequence, that the pile borrows from. FAIL_DATA for what belongs to no
 * poll, or when there are two of what must be one.
 */
int pile_add(struct pile *pile, struct span sequence);

/* FAIL_DATA, "there is no `what` in the files", when a document is missing. */
int pile_need(struct span document, const char *what);

/* Those documents of one kind, of `said`; the list needs room for all. */
void pile_list(const struct pile *pile, enum record_kind kind,
    struct poll_list *list);

#endif
