/* SPDX-License-Identifier: ISC */
#ifndef STORE_DAMAGED_H
#define STORE_DAMAGED_H

/*
 * What has rotted in a store: set aside in <owner>/damaged, each file named
 * after its shelf and id, it is not there any more for anybody, and does not
 * count. So it can be placed anew; nothing is deleted.
 */

#include "store/store.h"

/*
 * Set aside what `key` names in the store at `path`, if it is damaged when it
 * is read again, with its owner's usage locked: 1; 0 if it is whole or gone;
 * -1.
 */
int damaged_set_aside(struct store *store, const char *path,
    const struct store_key *key, size_t limit);

#endif
