/* SPDX-License-Identifier: ISC */
#ifndef VOTE_FINDINGS_H
#define VOTE_FINDINGS_H

/*
 * What the proofs of a holder come to. In a poll each holder is asked for
 * `samples` random pieces of what it holds, or, if it holds no more shards
 * than that, or 0 were asked for, for one piece of each shard. Whoever has not
 * answered all of that right is asked for one piece of each shard as well, so
 * that what is lost is known shard by shard.
 */

#include "vote/draw.h"
#include "vote/roll.h"

/* What one holder is asked for. */
struct findings {
	struct duty *duty; /* what it holds, in order */
	size_t duties;
	struct drawn *drawn; /* the questions */
	size_t count;
	struct digest seed; /* that proofs must name */
};

/*
 * The questions for a holder from the seed of the poll: the first ones, or
 * (`every`) those about each of its shards. -1: out of memory.
 */
int findings_ask(struct findings *findings, const struct roll *roll,
    size_t holder, const struct digest *seed, uint64_t samples, bool every);
void findings_release(struct findings *findings);

/*
 * Judge: of all `proofs`, those of this holder decide about its items, which
 * `verdict` has room for; the others stay VERDICT_NONE. Returns 1 when it has
 * answered everything that it was asked first, 0 when it has not, -1.
 */
int findings_judge(const struct roll *roll, size_t holder,
    const struct digest *seed, uint64_t samples, const struct poll_list *proofs,
    uint8_t *verdict);

/* The same for all holders, of all items. */
int findings_all(const struct roll *roll, const struct digest *seed,
    uint64_t samples, const struct poll_list *proofs, uint8_t *verdict);

#endif
