/* SPDX-License-Identifier: ISC */
#ifndef POLL_DUTIES_H
#define POLL_DUTIES_H

/*
 * What holders should have of an owner: the shards that the owner's indexes
 * list, as many as each holder has signed receipts for. What anybody has signed
 * besides costs no memory: some 40 bytes go to each shard that is listed, and a
 * bit more for each holder.
 */

#include "poll/living.h"
#include "vote/draw.h"

struct duties {
	struct holder *holder; /* whose they are: the caller says */
	struct duty *duty;     /* sorted */
	size_t count;
	bool unreceipted; /* no receipts are there: what it says it has */
};

/* Find the duties of `count` holders, in one look at papers and indexes. */
int duties_load(struct duties *duties, size_t count,
    const struct living *living);
void duties_release(struct duties *duties, size_t count);

#endif
