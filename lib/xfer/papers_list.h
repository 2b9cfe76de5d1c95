/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAPERS_LIST_H
#define XFER_PAPERS_LIST_H

/*
 * Which papers (xfer/papers.h) there are. A holder that does not tell is lost,
 * as ever.
 */

#include "xfer/holder.h"

/* Append the ids that a usable holder lists, if it knows the shelf. */
void papers_list_one(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner, struct buf *ids);

/* The ids that any of them lists, sorted, each once. */
void papers_list(struct holders *holders, enum store_shelf shelf,
    const struct digest *owner, struct buf *ids);

#endif
