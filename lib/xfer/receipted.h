/* SPDX-License-Identifier: ISC */
#ifndef XFER_RECEIPTED_H
#define XFER_RECEIPTED_H

/*
 * The last receipt of each peer, as it signed it, in a file a peer in a folder
 * of the configuration, that may be lost without harm: when a peer took
 * something last is told without asking anyone.
 */

#include "xfer/holder.h"

/* Keep the last one that came from each holder since it was opened. */
int receipted_save(const char *folder, struct holders *holders);

/* When the peer signed the one that is kept, by its clock; 0: none is. */
uint64_t receipted_load(const char *folder, const struct digest *peer);

#endif
