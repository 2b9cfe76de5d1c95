/* SPDX-License-Identifier: ISC */
#ifndef DOC_ORDER_H
#define DOC_ORDER_H

/*
 * A drop order: the owner's signed and dated word that holders need not keep
 * some of its bytes any longer. Nothing else ever deletes.
 */

#include "base/bytes.h"

struct secret;

#define ORDER_AGE (24 * 3600) /* seconds that one is good, and clocks differ */

/* Whether two times are no further apart than that. */
static inline bool
order_same_day(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) <= ORDER_AGE;
}

struct order {
	uint64_t time;	 /* seconds since 1970, by the owner's clock */
	unsigned shelf;	 /* enum store_shelf, of members documents never */
	struct span ids; /* 32 bytes each, at most LIMIT_REQUEST_IDS */
};

int order_encode(const struct order *order, const struct secret *scalar,
    struct buf *to);

/* -1 (FAIL_DATA). `order` borrows from `document`. */
int order_decode(struct span document, const struct digest *owner,
    struct order *order);

#endif
