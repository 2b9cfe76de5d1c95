/* SPDX-License-Identifier: ISC */
#ifndef XFER_GATHER_H
#define XFER_GATHER_H

/*
 * Back from the holders: any `need` whole shards of a stripe, or a document
 * that each of them may have, from whoever answers first. Those are asked
 * that should be the fastest; where an answer is wrong another one is asked
 * instead, and where it is late, as well, once for each.
 */

#include "format/bundle.h"
#include "xfer/holder.h"

/*
 * Fill `bundle`, whose stripe is set, with `need` whole shards: data shards
 * where speeds are alike, since who has them all need not compute. `*have` is
 * how many there are, fewer when there are no more. -1 when nobody could be
 * asked at all.
 */
int gather_stripe(struct holders *holders, const struct head *head,
    struct bundle *bundle, unsigned *have);

/*
 * Append what `key` names to `document`: 1, 0 when no usable peer has it. Not
 * to be asked are those that `without` tells of, a bool for each (NULL: none).
 */
int gather_document(struct holders *holders, const struct store_key *key,
    const bool *without, struct buf *document);

#endif
