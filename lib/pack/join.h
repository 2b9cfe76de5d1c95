/* SPDX-License-Identifier: ISC */
#ifndef PACK_JOIN_H
#define PACK_JOIN_H

/*
 * A shard stream in, the plain bytes out: only bytes that are authenticated
 * up to and including their place in the stream.
 */

#include <stdint.h>

struct owner;

/*
 * 0 only when the true end was seen. Otherwise everything before the stripe
 * that failed has been written, and nothing of it or after it: FAIL_NO when
 * that stripe had too few shards, FAIL_DATA when something was not the
 * owner's or the stream is cut short. `size` is how many bytes were written.
 */
int join_copy(const struct owner *owner, int in, int out, uint64_t *size);

#endif
