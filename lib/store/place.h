/* SPDX-License-Identifier: ISC */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

/* Where in a store's folder things are. */

#include "base/file.h"
#include "store/store.h"

/* The path of what an owner's folder has under `name`. */
void place_below(const char *store, const struct digest *owner,
    const char *name, char path[static PATH_MAX]);

/* The path of what `key` names. */
void place_of(const char *store, const struct store_key *key,
    char path[static PATH_MAX]);

/* The same, and its folders are there afterwards. */
int place_make(const char *store, const struct store_key *key,
    char path[static PATH_MAX]);

/*
 * The reverse, of a path below the store. -1 (without a message) unless it is
 * one that place_of makes.
 */
int place_parse(const char *name, struct store_key *key);

/* Every id on a shelf; see store_list. */
int place_list(const char *store, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context);

/* Call `each` for every owner that has a folder, until it returns non-zero. */
int place_each_owner(const char *store,
    int (*each)(void *context, const struct digest *owner), void *context);

#endif
