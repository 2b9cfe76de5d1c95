/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

/*
 * BLAKE3 (github.com/BLAKE3-team/BLAKE3-specs) in its three modes, each a
 * function from bytes to 32 bytes.
 */

#include "base/bytes.h"

struct secret;

struct digest hash_bytes(struct span bytes);

/* hash_bytes of a followed by b, the step of every chain of digests. */
struct digest hash_pair(struct span a, struct span b);

/* Keyed mode: a PRF of `bytes` under `key`. */
struct secret hash_keyed(const struct secret *key, struct span bytes);

/*
 * derive_key mode: a subkey of `key` for one purpose. `context` is a string
 * constant that is used nowhere else, in no other program either.
 */
struct secret hash_derive(const char *context, const struct secret *key);

#endif
