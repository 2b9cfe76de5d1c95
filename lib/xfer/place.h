/* SPDX-License-Identifier: ISC */
#ifndef XFER_PLACE_H
#define XFER_PLACE_H

/* The shards of one stripe, out to holders. */

#include "xfer/group.h"

/* Threads that move stripes: more than processors, since most of them wait. */
#define PLACE_WORKERS 8

/*
 * Find shards that are where they belong already: of what a holder has of
 * this stripe, one shard may stay. `taken` (one for each holder) and
 * `placing` begin empty.
 */
void place_find(struct holders *holders, const struct question *question,
    struct placing *placing, bool *taken);

/*
 * Put a shard on the holder that it likes best and that is not taken, the
 * next best if that fails; `placed` is NULL when none is left. -1 only when
 * the bytes are not what `key` names.
 */
int place_put(struct holders *holders, const struct store_key *key,
    struct span bytes, bool *taken, struct holder **placed);

#endif
