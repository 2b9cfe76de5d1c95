/* SPDX-License-Identifier: ISC */
#ifndef XFER_SHELF_H
#define XFER_SHELF_H

/*
 * The snapshots that one holder shows of an owner, and what it says of each
 * once it has read it. What is not whole is noted as damage of the holder's.
 */

#include "xfer/holder.h"

struct shelf {
	struct buf ids;	  /* sorted */
	struct buf state; /* of each of them: a byte, an enum store_state */
	size_t broken;	  /* that were whole, and did not come: the caller's */
};

/* List and check, into a zeroed one. FAIL_DATA also when there are too many. */
int shelf_read(struct shelf *shelf, struct holder *holder,
    const struct digest *owner);

/* STORE_ABSENT too of what it has not listed. */
enum store_state shelf_state(const struct shelf *shelf,
    const struct digest *id);

void shelf_release(struct shelf *shelf);

#endif
