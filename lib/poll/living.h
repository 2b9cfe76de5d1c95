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

/* As catalog_load. */
int living_load(struct catalog *catalog, struct holders *holders,
    const struct digest *owner);

#endif
