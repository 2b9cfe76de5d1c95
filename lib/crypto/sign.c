/* SPDX-License-Identifier: ISC */
#include "crypto/sign.h"

#include <bearssl.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

#define SCALAR_SIZE 32

/* The order of the group (SEC 2 section 2.4.2). */
static const uint8_t order[SCALAR_SIZE] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
    0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
    0x25, 0x51};

/* Half of it, rounded down: the largest s that we take. */
static const uint8_t half_order[SCALAR_SIZE] = {0x7f, 0xff, 0xff, 0xff, 0x80,
    0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde,
    0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e,
    0x31, 0x92, 0xa8};

/* All of a SubjectPublicKeyInfo that comes before the point (RFC 5480). */
static const uint8_t spki_head[] = {
    0x30, 0x59, /* SEQUENCE of 89 bytes */
    0x30, 0x13, /* SEQUENCE of 19 bytes */
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, /* ecPublicKey */
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, /* P-256 */
    0x03, 0x42, 0x00 /* BIT STRING of 66 bytes, no bit unused */
};

/* Whether 0 < scalar < order, in the same time for every scalar. */
static bool
in_range(const struct secret *scalar)
{
	unsigned borrow = 0, any = 0;
	size_t i;

	for (i = SCALAR_SIZE; i-- > 0;) {
		borrow = (scalar->byte[i] - order[i] - borrow) >> 8 & 1;
		any |= scalar->byte[i];
	}
	return any != 0 && borrow == 1;
}

struct secret
sign_scalar(const struct secret *seed)
{
	struct secret scalar = *seed;

	while (!in_range(&scalar))
		scalar = hash_derive("shardkit 2026 scalar retry", &scalar);
	return scalar;
}

int
sign_public(const struct secret *scalar, struct sign_public *key)
{
	if (!in_range(scalar))
		return fail(FAIL_DATA, "a private key is out of range");
	br_ec_p256_m31.mulgen(key->byte, scalar->byte, SCALAR_SIZE,
	    BR_EC_secp256r1);
	return 0;
}

static struct digest
sha256(struct span a, struct span b)
{
	br_sha256_context context;
	struct digest digest;

	br_sha256_init(&context);
	if (a.size > 0)
		br_sha256_update(&context, a.data, a.size);
	if (b.size > 0)
		br_sha256_update(&context, b.data, b.size);
	br_sha256_out(&context, digest.byte);
	return digest;
}

struct digest
sign_id(const struct sign_public *key)
{
	return sha256(span_of(spki_head, sizeof spki_head),
	    span_of(key->byte, sizeof key->byte));
}

/* s and order - s are both right; only the lower one is ours. */
static bool
is_low(const uint8_t s[static SCALAR_SIZE])
{
	return memcmp(s, half_order, SCALAR_SIZE) <= 0;
}

static void
negate(uint8_t s[static SCALAR_SIZE])
{
	unsigned borrow = 0, difference;
	size_t i;

	for (i = SCALAR_SIZE; i-- > 0;) {
		difference = 0x100u + order[i] - s[i] - borrow;
		s[i] = (uint8_t)difference;
		borrow = difference < 0x100;
	}
}

int
sign_message(const struct secret *scalar, struct span message,
    uint8_t signature[static SIGN_SIZE])
{
	struct digest digest = sha256(message, (struct span){0});
	struct secret copy = *scalar;
	br_ec_private_key key = {BR_EC_secp256r1, copy.byte, SCALAR_SIZE};
	size_t size;

	size = br_ecdsa_i31_sign_raw(&br_ec_p256_m31, &br_sha256_vtable,
	    digest.byte, &key, signature);
	secret_wipe(&copy, sizeof copy);
	if (size != SIGN_SIZE)
		return fail(FAIL_DATA, "a private key is out of range");
	if (!is_low(signature + SCALAR_SIZE))
		negate(signature + SCALAR_SIZE);
	return 0;
}

int
sign_check(const struct sign_public *key, struct span message,
    const uint8_t signature[static SIGN_SIZE])
{
	struct digest digest = sha256(message, (struct span){0});
	struct sign_public copy = *key;
	br_ec_public_key point = {BR_EC_secp256r1, copy.byte, SIGN_PUBLIC_SIZE};

	if (!is_low(signature + SCALAR_SIZE) ||
	    !br_ecdsa_i31_vrfy_raw(&br_ec_p256_m31, digest.byte,
		sizeof digest.byte, &point, signature, SIGN_SIZE))
		return fail(FAIL_DATA, "a signature does not match");
	return 0;
}
