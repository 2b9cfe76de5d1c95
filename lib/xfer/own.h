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
struct secret;

/* What messages call it; no line of a roster has such a name. */
#define OWN_NAME "our own store"

/* Add it, last. FAIL_USAGE when a line of the roster has our id already. */
int own_add(struct roster *roster, const char *path, const struct digest *self,
    const struct digest *owner);

/* Who we are, and whose shards we deal with; `scalar` outlives the holders. */
struct own {
	struct digest self, owner;
	const struct secret *scalar;
};

/*
 * Find it among holders that were just opened, and let it go by our id and
 * sign from now on; -1 when it cannot be used. FAIL_USAGE when we are not
 * there, but the owner's newest members document names us.
 */
int own_take(struct holders *holders, const struct own *own);

#endif
