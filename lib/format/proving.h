/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_PROVING_H
#define FORMAT_PROVING_H

/*
 * The body of a request to prove: a CBOR map (shardkit-protocol(5)). The
 * shards are the ids of the request, one for each question.
 */

#include "base/bytes.h"

struct prove_ask {
	struct digest seed;
	uint32_t first;	    /* number of the first question */
	struct span pieces; /* of the shards: 4 bytes each, big-endian */
};

/* Append the number of one more piece. */
int prove_ask_add(struct buf *pieces, uint32_t piece);

uint32_t prove_ask_piece(const struct prove_ask *ask, size_t i);

int prove_ask_encode(const struct prove_ask *ask, struct buf *to);

/* -1 (FAIL_DATA), also when there are not `count` pieces. Borrows. */
int prove_ask_decode(struct span item, size_t count, struct prove_ask *ask);

#endif
