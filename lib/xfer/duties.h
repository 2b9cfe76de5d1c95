/* SPDX-License-Identifier: ISC */
#ifndef XFER_DUTIES_H
#define XFER_DUTIES_H

/*
 * What a holder should have of an owner: the shards that the owner's indexes
 * list, as many as the holder has signed receipts for.
 */

#include "vote/draw.h"
#include "xfer/holder.h"

struct duties {
	struct duty *duty; /* sorted */
	size_t count;
	bool unreceipted; /* no receipts are there: what it says it has */
};

int duties_load(struct duties *duties, struct holders *holders,
    const struct digest *owner, struct holder *holder);
void duties_release(struct duties *duties);

#endif
