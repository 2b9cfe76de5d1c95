/* SPDX-License-Identifier: ISC */
#ifndef VOTE_FINDINGS_H
#define VOTE_FINDINGS_H

/*
 * What the proofs of a holder come to. In a poll each holder is asked for
 * `samples` random pieces of what it holds, or, if it holds no more shards
 * than that, for one piece of each shard. 0 samples are as many as
 * LIMIT_EACH allows. Behind these it is asked again for what it has not
 * answered in earlier polls (vote/again.h). Whoever has not answered all of
 * that right, or was to be asked about every shard and has more, is asked for
 * one piece of each shard as well, so that what is lost is known shard by
 * shard; of these answers the poller need not show those that are right.
 */

#include "vote/again.h"
#include "vote/asking.h"
#include "vote/draw.h"

/* What one holder is asked for. */
struct findings {
	struct duty *duty; /* what it holds, in order */
	size_t duties;
	struct drawn *drawn; /* the questions */
	size_t count;
	bool every;	    /* they are those about each of its shards */
	struct digest seed; /* that proofs must name */
};

/*
 * The questions for a holder from the seed of the poll: the first ones, or
 * (`every`) those about each of its shards. -1: out of memory.
 */
int findings_ask(struct findings *findings, const struct roll *roll,
    size_t holder, const struct asking *asking, bool every);
void findings_release(struct findings *findings);

/*
 * Which of these questions, one for each duty, a document of the holder
 * answers, but not right: LIMIT_REQUEST_IDS of them at most, to `faults`.
 * Returns how many; -1 (FAIL_DATA) when it is no proof.
 */
int findings_faults(const struct findings *findings,
    const struct digest *holder, struct span document, struct drawn *faults);

/*
 * Judge: of all `proofs`, those of this holder decide about its items, which
 * `verdict` has room for; the others stay VERDICT_NONE. Of two answers to one
 * question the worse one counts. Returns 1 when it has answered everything
 * that it was asked first, 0 when it has not, -1.
 */
int findings_judge(const struct roll *roll, size_t holder,
    const struct asking *asking, const struct poll_list *proofs,
    uint8_t *verdict);

#endif
