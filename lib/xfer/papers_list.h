/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAPERS_LIST_H
#define XFER_PAPERS_LIST_H

/*
 * Which papers (xfer/papers.h) there are. A holder that does not tell is lost,
 * as ever.
 */

#include "xfer/holder.h"

/*
 * The ids that any usable holder lists, all asked side by side; sorted, each
 * once. `fewest` is how many a holder lists that knows the shelf: the one with
 * the fewest of them.
 */
int papers_list(struct holders *holders, enum store_shelf shelf,
    const struct digest *owner, struct buf *ids, size_t *fewest);

/* Append one: 1, 0 when no usable holder that knows the shelf has it. */
int papers_list_get(struct holders *holders, const struct store_key *key,
    struct buf *document);

#endif
