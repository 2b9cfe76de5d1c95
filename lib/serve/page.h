/* SPDX-License-Identifier: ISC */
#ifndef SERVE_PAGE_H
#define SERVE_PAGE_H

/* A shelf in pages, for a client that asks for one after the other. */

#include "store/store.h"

/*
 * Put the first LIMIT_REQUEST_IDS ids of a shelf that are greater than
 * `after` into `ids`, which is empty: sorted, 32 bytes each.
 */
int page_fill(struct store *store, enum store_shelf shelf,
    const struct digest *owner, const struct digest *after, struct buf *ids);

#endif
