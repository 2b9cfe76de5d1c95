/* SPDX-License-Identifier: ISC */
#ifndef XFER_PLACE_H
#define XFER_PLACE_H

/* The shards of one stripe, out to holders. */

#include "format/bundle.h"
#include "peer/roster.h"
#include "xfer/group.h"

/* Threads that move stripes: more than processors, since most of them wait. */
#define PLACE_WORKERS 8

/* The holders, in their order, as a stripe finds them. */
struct seats {
	bool taken[ROSTER_PEERS];      /* by a shard of the stripe */
	uint8_t damaged[ROSTER_PEERS]; /* 1 + the shard that has rotted there */
	bool left[LIMIT_TOTAL]; /* shards that are not put, wherever they are */
};

/*
 * Find shards that are where they belong already, asking all holders side by
 * side: of what a holder has of this stripe, one shard may stay, if it signs or
 * has signed for that. `placing` and `seats` begin empty.
 */
int place_find(struct group *group, struct question *question,
    struct placing *placing, struct seats *seats);

/*
 * Put each shard that has no place, side by side: where it has rotted, or else
 * on the holder that it likes best and that is not taken, on the next best if
 * that fails; nowhere if none is left. -1 only when the bytes are not what the
 * stripe names.
 */
int place_put(struct holders *holders, const struct head *head,
    const struct bundle *bundle, struct placing *placing, struct seats *seats);

/*
 * Find the shards of the stripe in `bundle`, rebuild the others from any
 * `need` of them (which are gathered, unless `bundle` has so many), and put
 * those. `placing` is empty at first; when it has to be done again it still
 * knows how things were before. 1; 0 when fewer than `need` are there (then
 * none is rebuilt); -1.
 */
int place_mend(struct group *group, struct bundle *bundle,
    struct placing *placing);

#endif
