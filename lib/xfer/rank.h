/* SPDX-License-Identifier: ISC */
#ifndef XFER_RANK_H
#define XFER_RANK_H

/*
 * Which peer a shard prefers: rendezvous hashing (Thaler and Ravishankar
 * 1998), weighted by what may be stored there (`store=` of the roster), so
 * that shards spread as the space does and stay where they are when peers
 * come and go.
 */

#include "xfer/holder.h"

/* The shard's liking for the holder: higher is better. */
double rank_score(const struct digest *shard, const struct holder *holder);

/*
 * The holder that the shard likes best among those that are usable and not
 * `taken`, on a site where as few as possible are taken. NULL: none is left.
 */
struct holder *rank_best(struct holders *holders, const struct digest *shard,
    const bool *taken);

/*
 * Where the shards of a stripe went if every holder was there and had room,
 * which is the best guess at where they are: each in turn to the one that it
 * likes best of those that are left; NULL when none is left. A disk that is
 * away is left out, since nobody knows its id.
 */
void rank_homes(struct holders *holders, const struct digest *shard,
    size_t count, struct holder **home);

#endif
