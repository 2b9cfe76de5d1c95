/* SPDX-License-Identifier: ISC */
#ifndef FIND_CACHE_H
#define FIND_CACHE_H

/*
 * Where the peers of the roster were when they were last seen: a file of
 * found records that appears whole, so that readers need no lock, and that
 * may be lost without harm. Each configuration has its own: what one identity
 * was refused says nothing of another, and no roster drops what another's
 * peers need. What is in it is good for an hour, or two minutes
 * if it was heard on a link, or less if whoever said it said so; then it is
 * stale, and better than nothing for a week.
 */

#include "find/table.h"

#define CACHE_PEERS "peers.cbor"

/*
 * Where a file of the cache of this configuration is (base/tool.h): in
 * $XDG_CACHE_HOME/shardkit, or below ~/.cache, and there in the folder that is
 * called by the hash of the configuration's path. False: nowhere.
 */
bool cache_path(const char *file, char *path, size_t size);

/* Make the folder of such a file. */
int cache_make_folder(const char *path);

/*
 * Add what is in the file, as FOUND_CACHE or FOUND_STALE. One that is missing,
 * or cannot be read, is empty.
 */
int cache_load(const char *path, struct table *table);

/*
 * Write what the table has of the peers of the roster that a later run may
 * need. The folder is made if it is missing.
 */
int cache_save(const char *path, const struct table *table);

#endif
