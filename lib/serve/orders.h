/* SPDX-License-Identifier: ISC */
#ifndef SERVE_ORDERS_H
#define SERVE_ORDERS_H

/*
 * The orders to drop that an owner has given a holder, kept for ORDER_AGE
 * in the folder `orders` of its store. Every holder gets every order, so each
 * can vouch for the others that what they have not got is not lost but dropped,
 * while the indexes still name it.
 */

#include "base/bytes.h"

/*
 * Keep an order of the owner's, synced, before it is carried out. FAIL_DATA
 * when it is none.
 */
int orders_keep(const char *store_path, const struct digest *owner,
    struct span order);

/*
 * Call `each` for every shard that the owner has ordered to drop, with the
 * time of the order, as often as it is named, until it returns non-zero.
 */
int orders_each(const char *store_path, const struct digest *owner,
    uint64_t now,
    int (*each)(void *context, const struct digest *id, uint64_t time),
    void *context);

#endif
