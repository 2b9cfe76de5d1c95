/* SPDX-License-Identifier: ISC */
#ifndef POLL_STRIPES_H
#define POLL_STRIPES_H

/* Every stripe that the living snapshots of an owner list. */

#include "poll/living.h"
#include "xfer/listing.h"

/*
 * Call `each` for one after the other until it returns non-zero, and return
 * that; `listing` is of its snapshot. What is listed by a snapshot that cannot
 * be read is told, and left out.
 */
int stripes_each(const struct living *living,
    int (*each)(void *context, const struct listing *listing,
	const struct stripe *stripe),
    void *context);

#endif
