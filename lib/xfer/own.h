/* SPDX-License-Identifier: ISC */
#ifndef XFER_OWN_H
#define XFER_OWN_H

/*
 * Our own store, among the holders of an owner that we are a holder of
 * ourselves: by its path, but under our id, as the others know it. Without it
 * what lies here would be taken for lost, and placed once more elsewhere. It
 * takes no more than the owner's `give=`, and signs receipts as our
 * shard-recv would.
 */

#include "peer/roster.h"

struct holders;

/* What messages call it; no line of a roster has such a name. */
#define OWN_NAME "our own store"

/* Add it, last. FAIL_USAGE when a line of the roster has our id already. */
int own_add(struct roster *roster, const char *path, const struct digest *self,
    const struct digest *owner);

/*
 * FAIL_USAGE when the owner's newest members document names us, but we are
 * not among the holders; its own failure when our store cannot be used.
 */
int own_check(struct holders *holders, const struct digest *self,
    const struct digest *owner);

#endif
