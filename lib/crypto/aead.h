/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

/*
 * AES-256-GCM (NIST SP 800-38D) with the nonce fixed at zero: every key is
 * used for exactly one message, since keys are derived from what they seal.
 * Works in place, in slices that stay in the cache.
 */

#include "base/bytes.h"

struct secret;

#define AEAD_TAG_SIZE 16

/* Encrypt `size` bytes in place; the tag covers them and `aad`. */
void aead_seal(const struct secret *key, struct span aad, uint8_t *bytes,
    size_t size, uint8_t tag[static AEAD_TAG_SIZE]);

/*
 * Decrypt in place. -1 (FAIL_DATA) when the tag does not match; the bytes
 * are then sealed as they were.
 */
int aead_open(const struct secret *key, struct span aad, uint8_t *bytes,
    size_t size, const uint8_t tag[static AEAD_TAG_SIZE]);

#endif
