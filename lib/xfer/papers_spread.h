/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAPERS_SPREAD_H
#define XFER_PAPERS_SPREAD_H

/*
 * Papers (xfer/papers.h) that some holder lacks: who has lost everything has
 * lost them too, and without them it can neither vote nor vouch for others.
 */

#include "xfer/holder.h"

/*
 * See to it that all usable holders have the newest members document and the
 * receipts that any of them has. Nothing is signed. -1: out of memory.
 */
int papers_spread(struct holders *holders, const struct digest *owner);

#endif
