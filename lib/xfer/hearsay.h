/* SPDX-License-Identifier: ISC */
#ifndef XFER_HEARSAY_H
#define XFER_HEARSAY_H

/*
 * Snapshots that are shown, and given whole by nobody. Such a one that stays
 * may need any shard, so nothing is dropped, unless it is hearsay: one holder
 * alone shows it, at least two others have it not, none is away, and no
 * snapshot that can be read follows it. For what was published went to every
 * holder that took anything, as many as had to have its shards, and repair
 * brings it back to all. So no single holder, rotten or lying, stops a drop for
 * ever, and what it shows in vain is told.
 */

#include "xfer/catalog.h"

/*
 * Whether so few of the holders show something that it was never given to the
 * others, or was dropped while these were away: less than half of all, while
 * none is away. One of two is not outnumbered.
 */
bool hearsay_few(struct holders *holders, size_t witnesses);

/*
 * Warn of hearsay. FAIL_NO at the first that stays and is none; `gone` is a
 * bool for each that could not be read.
 */
int hearsay_check(struct holders *holders, const struct catalog *catalog,
    const bool *gone);

#endif
