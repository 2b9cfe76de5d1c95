/* SPDX-License-Identifier: ISC */
#ifndef XFER_DEPOSIT_H
#define XFER_DEPOSIT_H

/*
 * Puts on a holder behind a wire, until it has signed for them: four verbs of
 * struct holder_calls. A commit succeeds if a receipt by the holder's key, for
 * the owner, names all that it has taken since the last one (xfer/owed.h); one
 * that says "done" without it has lost, to us, what it took.
 */

#include "xfer/holder.h"

struct call *deposit_begin(struct holder *holder, const struct store_key *key,
    struct span bytes, struct answer *answer);

/* The answer tells at once whether the shard must go elsewhere. */
int deposit_end(struct holder *holder, struct call *call,
    const struct store_key *key, struct span bytes, struct answer *answer);
int deposit_commit(struct holder *holder);

/* It says that it has this: the next commit asks it to sign for that, too. */
int deposit_found(struct holder *holder, const struct store_key *key);

#endif
