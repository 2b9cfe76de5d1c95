/* SPDX-License-Identifier: ISC */
#ifndef XFER_PROMISES_H
#define XFER_PROMISES_H

/*
 * Which shards each holder behind a wire has signed for, by the receipts that
 * any of them shows and those that come in this run. What it only says it has
 * is not kept: it has to sign for that, too. In the bounded memory of
 * xfer/needed.h: of ten million such pairs it believes one in millions too
 * many, and when somebody has shown so many that it would err, it believes
 * none.
 */

#include "xfer/holder.h"

struct promises;

/*
 * Those of an owner, whose receipts are read when it is asked for first, if any
 * holder is behind a wire. They last as long as the holders, which close them.
 * NULL: out of memory.
 */
struct promises *promises_open(struct holders *holders,
    const struct digest *owner);
void promises_close(struct promises *promises);

/* Whose they are. */
struct digest promises_owner(const struct promises *promises);

/*
 * The receipts that came from it since the last call go to `receipts`, which
 * is empty; what they say is known here.
 */
void promises_take(struct promises *promises, struct holder *holder,
    struct buf *receipts);

/*
 * The holder says that it has this. If it has never signed for it, it is to do
 * so by the next commit, which fails otherwise. -1: that cannot be.
 */
int promises_found(struct promises *promises, struct holder *holder,
    const struct store_key *key);

#endif
