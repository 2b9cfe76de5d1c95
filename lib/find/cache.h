/* SPDX-License-Identifier: ISC */
#ifndef FIND_CACHE_H
#define FIND_CACHE_H

/*
 * Where the peers of the roster were when they were last seen: a file of
 * found records that appears whole, so that readers need no lock, and that
 * may be lost without harm. What is in it is good for an hour, or two minutes
 * if it was heard on a link, or less if whoever said it said so; then it is
 * stale, and better than nothing for a week.
 */

#include "find/table.h"

/*
 * Where it is: $XDG_CACHE_HOME/shardkit/peers.cbor, or below ~/.cache. False:
 * nowhere.
 */
bool cache_path(char *path, size_t size);

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
