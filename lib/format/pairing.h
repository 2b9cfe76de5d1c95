/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_PAIRING_H
#define FORMAT_PAIRING_H

/*
 * The bodies of a VERB_PAIR request and of its reply (shardkit-protocol(5)).
 * Texts come from strangers: they are UTF-8, and nothing more is known.
 */

#include "base/bytes.h"

#define PAIRING_SECRET 16
#define PAIRING_NAME 64	    /* bytes, without a NUL */
#define PAIRING_ADDRESS 255 /* the same */

/* What the one who was invited says. */
struct pairing_ask {
	uint8_t secret[PAIRING_SECRET]; /* of the token */
	struct span name;		/* what it wants to be called */
	struct span address;		/* where it listens; empty: nowhere */
	uint64_t give; /* how much the other side may put there; 0: not said */
};

/* What the one who invited answers. */
struct pairing_yes {
	struct span name; /* what the asker is called from now on */
	uint64_t give;	  /* how much it may put there; 0: not said */
};

int pairing_encode_ask(const struct pairing_ask *ask, struct buf *to);
int pairing_encode_yes(const struct pairing_yes *yes, struct buf *to);

/* What is decoded borrows from `item`. -1: FAIL_DATA. */
int pairing_decode_ask(struct span item, struct pairing_ask *ask);
int pairing_decode_yes(struct span item, struct pairing_yes *yes);

#endif
