/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_RECORD_H
#define FORMAT_RECORD_H

/*
 * The items of a shard stream (shardkit-format(5)): bytes to structs and
 * back. A stream is a CBOR sequence (RFC 8742)
 *
 *     head  ( stripe  ( shard-header  byte-string )* )*  end
 *
 * and each item is a map whose key 0 tells its kind.
 */

#include "base/bytes.h"
#include "format/limits.h"

enum record_kind {
	RECORD_HEAD = 0,
	RECORD_STRIPE = 1,
	RECORD_SHARD = 2,
	RECORD_RECIPE = 3, /* reserved for deduplication */
	RECORD_END = 4,
	RECORD_INDEX = 5,
	RECORD_SNAPSHOT = 6,
	RECORD_RECEIPT = 7,
	RECORD_ORDER = 8,
	RECORD_MEMBERS = 9,
	RECORD_PROOF = 10,
	RECORD_OPENING = 11,
	RECORD_JOINING = 12,
	RECORD_CHALLENGE = 13,
	RECORD_REVEAL = 14,
	RECORD_SEED = 15,
	RECORD_BALLOT = 16,
	RECORD_TALLY = 17,
	RECORD_SEAL = 18,
	RECORD_ADDRESSES = 32,
	RECORD_FOUND = 33
};

#define RECORD_VERSION 1

struct head {
	unsigned need;
	unsigned total;
	uint32_t shard_size; /* bytes of a shard of a full stripe */
	struct digest owner;
	struct span label; /* sealed by chain_seal_label; empty: no label */
};

#define STRIPE_BOX_SIZE 64 /* the stripe's key and tag, sealed */

struct stripe {
	uint64_t number;
	uint32_t size;		       /* bytes of the plain stream */
	unsigned total;		       /* of shards */
	struct digest id[LIMIT_TOTAL]; /* their tree roots */
	uint8_t box[STRIPE_BOX_SIZE];  /* sealed to the owner */
};

struct shard {
	uint64_t stripe;
	unsigned index;
	struct digest id;
};

struct end {
	uint64_t stripes;
	uint64_t size;	      /* bytes of the plain stream */
	struct digest seal;   /* of all before it, by the owner's key */
	struct digest digest; /* of all before it, for anyone */
};

/* The length of each of a stripe's shards: size / need, rounded up. */
uint32_t stripe_shard_size(const struct head *head, uint32_t size);

/* The kind of an item that cbor_measure found whole; -1 (FAIL_DATA). */
int record_kind(struct span item);

/* Whether the first bytes (16 will do) of something are those of a head. */
bool record_is_head(struct span bytes);

/*
 * Append to `to`, 0 or -1. The `_public` forms leave the sealed part out:
 * they are what the keys of sealed parts are derived from. The `_sealed` form
 * leaves the digest out, which covers it.
 */
int record_encode_head(const struct head *head, struct buf *to);
int record_encode_stripe(const struct stripe *stripe, struct buf *to);
int record_encode_stripe_public(const struct stripe *stripe, struct buf *to);
int record_encode_shard(const struct shard *shard, struct buf *to);
int record_encode_end(const struct end *end, struct buf *to);
int record_encode_end_public(const struct end *end, struct buf *to);
int record_encode_end_sealed(const struct end *end, struct buf *to);

/*
 * Decode and check all limits: -1 (FAIL_DATA). What a head borrows lives as
 * long as `item`. A stripe is checked against its head.
 */
int record_decode_head(struct span item, struct head *head);
int record_decode_stripe(struct span item, const struct head *head,
    struct stripe *stripe);
int record_decode_shard(struct span item, const struct head *head,
    struct shard *shard);
int record_decode_end(struct span item, struct end *end);

#endif
