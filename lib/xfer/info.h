/* SPDX-License-Identifier: ISC */
#ifndef XFER_INFO_H
#define XFER_INFO_H

/*
 * What a holder tells a peer of itself: a CBOR map with names in text, that
 * may grow; readers pass over what they do not know.
 */

#include "base/bytes.h"

#define INFO_VERSION 32

struct info {
	uint64_t time;	/* seconds since 1970, by the holder's clock */
	uint64_t used;	/* bytes that the peer has there */
	uint64_t quota; /* that it may have */
	uint64_t free;	/* that the disk has */
	char version[INFO_VERSION]; /* of its tools; "" if it does not say */
	unsigned shelves; /* that the holder knows, see shardkit-protocol(5) */
	uint64_t
	    scrubbed;	 /* when its store was last read to its end; 0: never */
	uint64_t rotten; /* files that the last pass found not whole, so far */
};

int info_encode(const struct info *info, struct buf *to);

/* -1 (FAIL_DATA) when it is no such map. */
int info_decode(struct span bytes, struct info *info);

/* How many bytes more the holder will take. */
uint64_t info_room(const struct info *info);

#endif
