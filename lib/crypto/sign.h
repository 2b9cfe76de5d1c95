/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

/*
 * ES256: ECDSA on P-256 over SHA-256 (FIPS 186-4), deterministic as in
 * RFC 6979, the signature as r | s (RFC 9053 section 2.1). An id is the
 * SHA-256 of the key's SubjectPublicKeyInfo (RFC 5480), what
 *     openssl pkey -pubin -outform der | sha256sum
 * prints. Of the two signatures that ECDSA gives for one, r | s and
 * r | order - s, only the one with the lower s is written and taken, so that
 * nobody but the signer can make other bytes of a signed document.
 */

#include "base/bytes.h"

struct secret;

#define SIGN_PUBLIC_SIZE 65 /* 0x04 | x | y, uncompressed (SEC 1 2.3.3) */
#define SIGN_SIZE 64	    /* r | s */

struct sign_public {
	uint8_t byte[SIGN_PUBLIC_SIZE];
};

/*
 * A private scalar out of 32 uniform bytes: the bytes themselves, or, should
 * they not lie in 1..order-1 (once in 2^32), hash_derive of them with the
 * context "shardkit 2026 scalar retry", again until it does.
 */
struct secret sign_scalar(const struct secret *seed);

/* The public point of a scalar; -1 (FAIL_DATA) when it is out of range. */
int sign_public(const struct secret *scalar, struct sign_public *key);

/* SHA-256 over the SubjectPublicKeyInfo of `key`. */
struct digest sign_id(const struct sign_public *key);

/* Sign; -1 (FAIL_DATA) when the scalar is out of range. */
int sign_message(const struct secret *scalar, struct span message,
    uint8_t signature[static SIGN_SIZE]);

/*
 * 0 when `signature` is `key`'s over `message`, else -1 (FAIL_DATA), also for
 * a `key` that is no point of the curve.
 */
int sign_check(const struct sign_public *key, struct span message,
    const uint8_t signature[static SIGN_SIZE]);

#endif
