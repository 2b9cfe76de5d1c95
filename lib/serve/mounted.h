/* SPDX-License-Identifier: ISC */
#ifndef SERVE_MOUNTED_H
#define SERVE_MOUNTED_H

/*
 * An empty folder becomes a store when a holder starts: comfort for the first
 * start, and wrong where a disk was not mounted in time. So a holder remembers
 * which of its stores lay on another file system than its configuration: an
 * empty folder there that lies beside the configuration now is the mount point
 * alone. A new disk that is mounted there becomes a store as ever.
 */

#include "format/message.h"

/*
 * Look at the store's folder before it is opened; `folder` has a file for each
 * that was such, and `beside` is any file of the configuration. FAIL_SYSTEM
 * when the disk is away; 0, also when nothing can be told or remembered, as of
 * a path that is not absolute.
 */
int mounted_check(const char *folder, const char *beside,
    const char *store_path);

/*
 * Without its disk a holder, which `had` it when the connection began or not,
 * has little to say: that (FAIL_SYSTEM), to whoever asks; of one that it has
 * lost on the way it signs that it cannot read (serve/prove.h).
 */
int mounted_allows(const char *store_path, bool had, enum verb verb);

#endif
