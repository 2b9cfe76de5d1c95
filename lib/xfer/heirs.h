/* SPDX-License-Identifier: ISC */
#ifndef XFER_HEIRS_H
#define XFER_HEIRS_H

/*
 * Snapshots that stay when others are dropped. A holder that was away when one
 * was published may have all of its shards, from an older one of the same data,
 * but neither it nor its indexes; when the older one goes, what is left there
 * restores nothing. So before anything is dropped each that stays, and its
 * indexes, are given to every holder that would be told to drop.
 */

#include "xfer/drop.h"

/*
 * See to it. FAIL_NO when one that stays then still survives the loss of fewer
 * holders than its shards would, since too few take it. Who takes it not is
 * warned of if enough others have it: else a full holder could never be told
 * to drop.
 */
int heirs_settle(const struct drop *drop);

#endif
