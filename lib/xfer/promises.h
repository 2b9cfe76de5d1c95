/* SPDX-License-Identifier: ISC */
#ifndef XFER_PROMISES_H
#define XFER_PROMISES_H

/*
 * Which shards each holder behind a wire has signed for, by the receipts that
 * any of them shows and those that come in this run. What it only says it has
 * is not kept: it has to sign for that, too. In the bounded memory of
 * xfer/needed.h, which once in a million years believes more than it should.
 */

#include "xfer/holder.h"
#include "xfer/needed.h"

struct promises {
	struct holders *holders;
	pthread_mutex_t lock; /* of what follows */
	struct needed signed_for;
	size_t *taken; /* bytes of each holder's receipts of this run */
};

/*
 * Read the owner's receipts, if any holder is asked for some. -1: out of
 * memory.
 */
int promises_init(struct promises *promises, struct holders *holders,
    const struct digest *owner);
void promises_release(struct promises *promises);

/*
 * The holder says that it has this. If it has never signed for it, it is to do
 * so by the next commit, which fails otherwise. -1: that cannot be.
 */
int promises_found(struct promises *promises, struct holder *holder,
    const struct store_key *key);

#endif
