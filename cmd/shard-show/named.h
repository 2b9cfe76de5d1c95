/* SPDX-License-Identifier: ISC */
#ifndef SHARD_SHOW_NAMED_H
#define SHARD_SHOW_NAMED_H

/* Names of files in a store, and what they say of the bytes. */

#include <stdbool.h>

#include "base/bytes.h"

/* The id of its bytes that a file is named by, if it is. NULL: no name. */
bool named_by_id(const char *path, struct digest *id);

/*
 * "whole", "damaged" or "unnamed": a file of a shelf is named by the tree root
 * of its bytes; a receipt in `receipts` by who has signed it.
 */
const char *named_state(const char *path, struct span bytes,
    const struct digest *root);

#endif
