/* SPDX-License-Identifier: ISC */
#ifndef VOTE_DRAW_H
#define VOTE_DRAW_H

/*
 * Which pieces of its shards a holder is asked for: that follows from a seed,
 * the holder's id, and the list of what it should have. So a holder can
 * prepare nothing, and everyone asks and checks the same. Of a holder that
 * has lost a share r of its bytes, c questions hit the loss with the
 * probability 1 - (1 - r)^c (Ateniese et al. 2007): 300 find 1 % with 95 %.
 */

#include "base/bytes.h"
#include "doc/index.h"

/* What a holder should have, as the owner's index says. */
struct duty {
	struct digest id;
	uint32_t size;
};

/* Append what an index says of all its shards, for duty_sort; -1. */
int duty_add(struct index *index, struct buf *duties);

/* Sort by id, and leave each out but once; returns how many are left. */
size_t duty_sort(struct duty *duty, size_t count);

/* The one of that id in a sorted list; NULL when there is none. */
const struct duty *duty_find(const struct duty *duty, size_t count,
    const struct digest *id);

/*
 * What a poll of that seed asks with: first, or (`every`) about each shard.
 * These are two, so that answers are told apart.
 */
struct digest draw_seed(const struct digest *seed, bool every);

/* Whether two seeds that proofs name are of one poll. */
bool draw_same_poll(const struct digest *a, const struct digest *b);

/* A question: for one piece (crypto/piece.h) of one of the duties. */
struct drawn {
	uint32_t duty; /* its place in the sorted list */
	uint32_t piece;
};

/*
 * Draw `count` questions, every piece of all `duties` (not 0) as likely as
 * any other and with repetition. They are sorted.
 */
void draw_pieces(const struct digest *seed, const struct digest *holder,
    const struct duty *duty, size_t duties, struct drawn *drawn, size_t count);

/* One question for each duty, for a random piece of it. */
void draw_each(const struct digest *seed, const struct digest *holder,
    const struct duty *duty, size_t duties, struct drawn *drawn);

#endif
