/* SPDX-License-Identifier: ISC */
#ifndef STORE_BURDEN_H
#define STORE_BURDEN_H

/*
 * How much an owner has on one shelf, as its files say: nothing is kept of
 * that, so who asks often, of a shelf with many files, waits.
 */

#include "store/store.h"
#include "store/usage.h"

/* Add all files that are there. FAIL_SYSTEM. */
int burden_shelf(const char *store, enum store_shelf shelf,
    const struct digest *owner, struct usage *usage);

/*
 * The bytes of all of that, and what is on the way to any shelf of the owner's;
 * `store` may be a name that links to it. FAIL_SYSTEM.
 */
int burden_now(const char *store, enum store_shelf shelf,
    const struct digest *owner, uint64_t *bytes);

#endif
