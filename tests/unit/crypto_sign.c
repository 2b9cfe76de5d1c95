/* SPDX-License-Identifier: ISC */
/*
 * ES256: RFC 6979 appendix A.2.5, an id that openssl computed, and everything
 * that must not pass.
 */
#include "crypto/sign.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/secret.h"

#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

static int failures;

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("crypto_sign: %s\n", what);
	failures++;
}

static struct digest
unhex(const char *hex)
{
	struct digest digest = {{0}};

	check(digest_parse(hex, &digest) == 0, "a bad vector");
	return digest;
}

static struct secret
scalar_of(const char *hex)
{
	struct secret scalar;

	memcpy(scalar.byte, unhex(hex).byte, sizeof scalar.byte);
	return scalar;
}

static bool
is_hex(const uint8_t *byte, const char *hex)
{
	return memcmp(byte, unhex(hex).byte, 32) == 0;
}

/* The private key of RFC 6979 appendix A.2.5 and its public one. */
static struct secret
rfc_scalar(void)
{
	return scalar_of("c9afa9d845ba75166b5c215767b1d693"
			 "4e50c3db36e89b127b8a622b120f6721");
}

static struct sign_public
rfc_public(void)
{
	struct secret scalar = rfc_scalar();
	struct sign_public key = {{0}};

	check(sign_public(&scalar, &key) == 0, "no public key");
	return key;
}

static void
refused(const struct sign_public *key, struct span message,
    const uint8_t *signature, const char *what)
{
	check(sign_check(key, message, signature) == -1, what);
	check(fail_last()->kind == FAIL_DATA, "the kind of failure");
}

/* 0, the order, beyond it, all ones; and the last that is in range. */
static void
scalars_out_of_range(void)
{
	static const char *const bad[] = {"00000000000000000000000000000000"
					  "00000000000000000000000000000000",
	    ORDER,
	    "ffffffff00000000ffffffffffffffff"
	    "bce6faada7179e84f3b9cac2fc632552",
	    "ffffffffffffffffffffffffffffffff"
	    "ffffffffffffffffffffffffffffffff"};
	struct sign_public key;
	struct secret scalar;
	uint8_t signature[SIGN_SIZE];
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		scalar = scalar_of(bad[i]);
		check(sign_public(&scalar, &key) == -1, "has a public key");
		check(sign_message(&scalar, span_of_text(""), signature) == -1,
		    "signs");
		check(fail_last()->kind == FAIL_DATA, "the kind of failure");
	}
	scalar = scalar_of(ORDER);
	scalar.byte[31]--;
	check(sign_public(&scalar, &key) == 0, "order - 1 has no public key");
}

/* What a seed becomes when it is out of range (a second implementation's). */
static void
seeds_out_of_range(void)
{
	struct secret seed = rfc_scalar(), scalar = sign_scalar(&seed);

	check(memcmp(&seed, &scalar, sizeof seed) == 0, "a good seed changes");
	memset(&seed, 0, sizeof seed);
	check(is_hex(sign_scalar(&seed).byte,
		  "89d74e513046dfe0470779666beb2e4f"
		  "fdfa0d778254977ac7a3dee18b2234c4"),
	    "the scalar of a zero seed");
	memset(&seed, 0xff, sizeof seed);
	check(is_hex(sign_scalar(&seed).byte,
		  "02cb1cf8dfd3955cdbc5be40b58357ae"
		  "bd3f3d349698d79d436c18d33a7fe934"),
	    "the scalar of a seed of ones");
}

static void
keys_that_are_no_points(void)
{
	static const char x[] = "ffffffff00000001000000000000000000000000"
				"ffffffffffffffffffffffff"; /* the field's p */
	static const uint8_t forms[] = {0, 2, 3, 5, 6, 7, 0xff};
	struct sign_public key = rfc_public(), bad;
	struct secret scalar = rfc_scalar();
	struct span message = span_of_text("sample");
	uint8_t signature[SIGN_SIZE];
	size_t i;

	check(sign_message(&scalar, message, signature) == 0, "no signature");
	memset(&bad, 0, sizeof bad);
	refused(&bad, message, signature, "a key of zeros passes");
	bad.byte[0] = 4;
	refused(&bad, message, signature, "the point (0, 0) passes");
	for (i = 0; i < sizeof forms; i++) {
		bad = key;
		bad.byte[0] = forms[i];
		refused(&bad, message, signature, "another form passes");
	}
	bad = key;
	memcpy(bad.byte + 1, unhex(x).byte, 32);
	refused(&bad, message, signature, "a coordinate of p passes");
	for (i = 0; i < SIGN_PUBLIC_SIZE * 8; i += 3) {
		bad = key;
		bad.byte[i / 8] ^= (uint8_t)(1 << i % 8);
		refused(&bad, message, signature, "a flip of the key passes");
	}
}

static void
signatures_out_of_range(void)
{
	static const uint8_t zero[SIGN_SIZE];
	struct sign_public key = rfc_public();
	struct secret scalar = rfc_scalar();
	struct span message = span_of_text("sample");
	struct digest order = unhex(ORDER);
	uint8_t good[SIGN_SIZE], bad[SIGN_SIZE];
	size_t half;

	check(sign_message(&scalar, message, good) == 0, "no signature");
	refused(&key, message, zero, "a signature of zeros passes");
	for (half = 0; half < SIGN_SIZE; half += SIGN_SIZE / 2) {
		memcpy(bad, good, sizeof bad);
		memset(bad + half, 0, SIGN_SIZE / 2);
		refused(&key, message, bad, "a half of zeros passes");
		memcpy(bad + half, order.byte, SIGN_SIZE / 2);
		refused(&key, message, bad, "a half of the order passes");
		memset(bad + half, 0xff, SIGN_SIZE / 2);
		refused(&key, message, bad, "a half of ones passes");
	}
}

static void
every_flip_is_refused(void)
{
	struct sign_public key = rfc_public();
	struct secret scalar = rfc_scalar();
	char text[] = "sample";
	struct span message = span_of_text(text);
	uint8_t signature[SIGN_SIZE];
	size_t i;

	check(sign_message(&scalar, message, signature) == 0, "no signature");
	for (i = 0; i < SIGN_SIZE * 8; i++) {
		signature[i / 8] ^= (uint8_t)(1 << i % 8);
		refused(&key, message, signature, "a flip passes");
		signature[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i < strlen(text); i++) {
		text[i] ^= 1;
		refused(&key, message, signature, "another message passes");
		text[i] ^= 1;
	}
	refused(&key, span_of_text("sampl"), signature, "a shorter one passes");
	refused(&key, (struct span){0}, signature, "no message passes");
	check(sign_check(&key, message, signature) == 0, "does not pass");
}

static void
published_signature(const char *text, const char *r, const char *s)
{
	struct sign_public key = rfc_public();
	struct secret scalar = rfc_scalar();
	uint8_t signature[SIGN_SIZE] = {0};

	check(sign_message(&scalar, span_of_text(text), signature) == 0, text);
	check(is_hex(signature, r), "r of RFC 6979");
	check(is_hex(signature + 32, s), "s of RFC 6979");
	check(sign_check(&key, span_of_text(text), signature) == 0,
	    "RFC 6979's signature does not pass");
}

/* openssl pkey -pubin -outform der | sha256sum */
static void
published_key(void)
{
	struct sign_public key = rfc_public();

	check(key.byte[0] == 4, "the point's form");
	check(is_hex(key.byte + 1,
		  "60fed4ba255a9d31c961eb74c6356d68"
		  "c049b8923b61fa6ce669622e60f29fb6"),
	    "x of RFC 6979");
	check(is_hex(key.byte + 33,
		  "7903fe1008b8bc99a41ae9e95628bc64"
		  "f2f1b20c2d7e9f5177a3c294d4462299"),
	    "y of RFC 6979");
	check(is_hex(sign_id(&key).byte,
		  "5a7a78cca4a0f420d9bc62bb669c3c27"
		  "59e39f723d3ae10dcbe0f0815a07ecd4"),
	    "the id of openssl");
}

int
main(void)
{
	scalars_out_of_range();
	seeds_out_of_range();
	keys_that_are_no_points();
	signatures_out_of_range();
	every_flip_is_refused();
	published_key();
	published_signature("sample",
	    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
	    /* order - s, which is the lower one */
	    "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9");
	published_signature("test",
	    "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
	    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
	return failures != 0;
}
