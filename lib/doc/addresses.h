/* SPDX-License-Identifier: ISC */
#ifndef DOC_ADDRESSES_H
#define DOC_ADDRESSES_H

/*
 * An address record: a peer's signed word of where it listens, until when.
 * Others may pass it on or keep it back, but neither alter it nor add to it.
 * Of two the one with the higher number counts.
 */

#include "base/bytes.h"

struct secret;

#define ADDRESSES_MOST 8
#define ADDRESSES_LIFE (7 * 86400) /* seconds that one is good for, at most */

struct addresses_at {
	unsigned ip_size; /* 4 or 16 */
	uint8_t ip[16];
	uint16_t port;
};

struct addresses {
	uint64_t number;
	uint64_t until; /* seconds since 1970 */
	struct addresses_at at[ADDRESSES_MOST];
	size_t count; /* at least 1 */
};

int addresses_encode(const struct addresses *addresses,
    const struct secret *scalar, struct buf *to);

/* -1 (FAIL_DATA), also when `peer` has not signed it. */
int addresses_decode(struct span document, const struct digest *peer,
    struct addresses *addresses);

#endif
