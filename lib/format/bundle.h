/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_BUNDLE_H
#define FORMAT_BUNDLE_H

/* A stripe in memory: its record, and room for all of its shards. */

#include "format/record.h"

/* A stripe's record together with those of its shards that are at hand. */
struct bundle {
	struct stripe stripe;
	uint8_t have[LIMIT_TOTAL]; /* 1: shard i is in `bytes` */
	uint8_t *bytes;		   /* shard i at i * stripe_shard_size */
	size_t capacity;
};

/* Room for a full stripe of `head`. */
int bundle_init(struct bundle *bundle, const struct head *head);
void bundle_release(struct bundle *bundle);

/* Where shard `index` is; its length is stripe_shard_size. */
uint8_t *bundle_shard(const struct bundle *bundle, const struct head *head,
    unsigned index);
unsigned bundle_count(const struct bundle *bundle);

/*
 * How many to have at once: enough to keep `workers` busy, as long as they
 * stay under 48 MiB together, and never less than three.
 */
size_t bundles_for(const struct head *head, unsigned workers);

/* `count` of them in a row, for a ring; NULL when memory has run out. */
struct bundle *bundles_open(const struct head *head, size_t count);
void bundles_close(struct bundle *bundles, size_t count);

#endif
