/* SPDX-License-Identifier: ISC */
#ifndef DOC_RECEIPT_H
#define DOC_RECEIPT_H

/*
 * A receipt: a holder's signed word that it keeps an owner's shards, given
 * when they are durable. With it, a holder that later says "missing" is
 * convicted by its own signature.
 */

#include "base/bytes.h"

struct secret;

struct receipt {
	struct digest owner;
	uint64_t time;	 /* seconds since 1970, by the holder's clock */
	struct span ids; /* 32 bytes each */
};

int receipt_encode(const struct receipt *receipt, const struct secret *scalar,
    struct buf *to);

/* -1 (FAIL_DATA). `receipt` borrows from `document`. */
int receipt_decode(struct span document, const struct digest *holder,
    struct receipt *receipt);

#endif
