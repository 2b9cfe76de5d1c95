/* SPDX-License-Identifier: ISC */
#ifndef POLL_STRIPES_H
#define POLL_STRIPES_H

/* Every stripe that the snapshots of an owner list, but for those dropped. */

#include "xfer/listing.h"

/*
 * Call `each` for one after the other until it returns non-zero, and return
 * that; `listing` is of its snapshot. What is listed by a snapshot that cannot
 * be read is told, and left out. -1 when the list of snapshots cannot be had.
 */
int stripes_each(struct holders *holders, const struct digest *owner,
    int (*each)(void *context, const struct listing *listing,
	const struct stripe *stripe),
    void *context);

#endif
