/* SPDX-License-Identifier: ISC */
#ifndef SERVE_PROMISED_H
#define SERVE_PROMISED_H

/*
 * What a voter knows of the items of a poll by its own papers: which of them
 * their holders have promised to keep, by receipts that lie here, and their
 * owner has not ordered to drop since.
 */

#include "store/store.h"
#include "vote/roll.h"

/*
 * The answer for each item, in memory that the caller frees. NULL: out of
 * memory, or the papers cannot be read.
 */
bool *promised_items(struct store *store, const char *store_path,
    const struct roll *roll, uint64_t now);

#endif
