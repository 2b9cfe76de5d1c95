/* SPDX-License-Identifier: ISC */
#ifndef CODE_RS_H
#define CODE_RS_H

/*
 * Systematic Reed-Solomon over GF(2^8), polynomial 0x11d, by a Cauchy
 * matrix: rows 0..need-1 are the identity, row i >= need has
 * 1 / (i ^ j) in column j. Any `need` of the `total` rows can be inverted
 * (Bloemer et al. 1995), so any `need` shards give the others.
 */

#include <stddef.h>
#include <stdint.h>

struct rs;

/* NULL (FAIL_USAGE) unless 1 <= need <= total <= 255. */
struct rs *rs_open(unsigned need, unsigned total);
void rs_close(struct rs *rs);

/*
 * Compute shards need..total-1 from 0..need-1. `shard` has `total` pointers
 * to `size` bytes each. One struct rs may serve many threads.
 */
void rs_encode(const struct rs *rs, size_t size, uint8_t *const shard[]);

/*
 * Compute the shards that are missing. have[i] tells, for each of `total`,
 * whether shard[i] is filled; a missing one, data or parity, is computed into
 * shard[i] unless that is NULL. -1 (FAIL_NO) when fewer than `need` are there.
 */
int rs_rebuild(const struct rs *rs, size_t size, uint8_t *const shard[],
    const uint8_t have[]);

#endif
