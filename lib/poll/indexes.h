/* SPDX-License-Identifier: ISC */
#ifndef POLL_INDEXES_H
#define POLL_INDEXES_H

/*
 * The indexes of an owner as they were signed: with them anyone can judge what
 * holders have signed.
 */

#include "poll/living.h"

/*
 * Append those of all living snapshots, one document behind the other; what
 * cannot be had is left out. -1 when memory runs out.
 */
int indexes_gather(const struct living *living, struct buf *to);

#endif
