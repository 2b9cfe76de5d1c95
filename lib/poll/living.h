/* SPDX-License-Identifier: ISC */
#ifndef POLL_LIVING_H
#define POLL_LIVING_H

/*
 * The snapshots of an owner that holders are to have, so that polls ask for
 * them: all that are shown but those that were dropped. The owner's own machine
 * knows which (xfer/forgotten.h). Who has no such file leaves out what so few
 * show that the others may have been told to drop it (xfer/hearsay.h), with a
 * warning: it may as well be lost.
 */

#include "xfer/catalog.h"

struct living {
	struct holders *holders;
	struct digest owner;
	struct catalog catalog;
};

/* As catalog_load; to be released even so. */
int living_load(struct living *living, struct holders *holders,
    const struct digest *owner);
void living_release(struct living *living);

#endif
