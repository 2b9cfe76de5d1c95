/* SPDX-License-Identifier: ISC */
/*
 * BLAKE3's own test_vectors.json (hash, keyed_hash; the input is 0, 1 .. 250,
 * 0, 1 ..), and derive_key of 32 bytes from a second implementation.
 */
#include "crypto/hash.h"

#include <stdio.h>
#include <string.h>

#include "crypto/secret.h"

struct vector {
	size_t size;
	const char *hash;
	const char *keyed;
};

static const struct vector vectors[] = {
    /* the input's size, its hash and its keyed_hash */
    {0,
	"af1349b9f5f9a1a6a0404dea36dcc949"
	"9bcb25c9adc112b7cc9a93cae41f3262",
	"92b2b75604ed3c761f9d6f62392c8a92"
	"27ad0ea3f09573e783f1498a4ed60d26"},
    {1,
	"2d3adedff11b61f14c886e35afa03673"
	"6dcd87a74d27b5c1510225d0f592e213",
	"6d7878dfff2f485635d39013278ae14f"
	"1454b8c0a3a2d34bc1ab38228a80c95b"},
    {1023,
	"10108970eeda3eb932baac1428c7a216"
	"3b0e924c9a9e25b35bba72b28f70bd11",
	"c951ecdf03288d0fcc96ee3413563d8a"
	"6d3589547f2c2fb36d9786470f1b9d6e"},
    {1024,
	"42214739f095a406f3fc83deb889744a"
	"c00df831c10daa55189b5d121c855af7",
	"75c46f6f3d9eb4f55ecaaee480db732e"
	"6c2105546f1e675003687c31719c7ba4"},
    {1025,
	"d00278ae47eb27b34faecf67b4fe263f"
	"82d5412916c1ffd97c8cb7fb814b8444",
	"357dc55de0c7e382c900fd6e320acc04"
	"146be01db6a8ce7210b7189bd664ea69"},
    {5121,
	"628bd2cb2004694adaab7bbd778a25df"
	"25c47b9d4155a55f8fbd79f2fe154cff",
	"6ccf1c34753e7a044db80798ecd0782a"
	"8f76f33563accaddbfbb2e0ea4b2d024"},
    {16384,
	"f875d6646de28985646f34ee13be9a57"
	"6fd515f76b5b0a26bb324735041ddde4",
	"9e9fc4eb7cf081ea7c47d1807790ed21"
	"1bfec56aa25bb7037784c13c4b707b0d"},
    {31744,
	"62b6960e1a44bcc1eb1a611a8d6235b6"
	"b4b78f32e7abc4fb4c6cdcce94895c47",
	"efa53b389ab67c593dba624d898d0f73"
	"53ab99e4ac9d42302ee64cbf9939a419"},
    {102400,
	"bc3e3d41a1146b069abffad3c0d44860"
	"cf664390afce4d9661f7902e7943e085",
	"1c35d1a5811083fd7119f5d5d1ba027b"
	"4d01c0c6c49fb6ff2cf75393ea5db4a7"}};

static int failures;
static uint8_t input[102400];

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("crypto_hash: %s\n", what);
	failures++;
}

static void
check_hex(const uint8_t byte[static 32], const char *hex, const char *what)
{
	char text[DIGEST_HEX_SIZE];
	struct digest digest = digest_from(byte);

	digest_hex(&digest, text);
	check(strcmp(text, hex) == 0, what);
}

static struct secret
vector_key(void)
{
	struct secret key;

	memcpy(key.byte, "whats the Elvish word for friend", sizeof key.byte);
	return key;
}

/* A span of no bytes may have no address. */
static void
nothing_is_hashed_as_nothing(void)
{
	struct span nothing = {0};
	struct secret key = vector_key();

	check_hex(hash_bytes(nothing).byte, vectors[0].hash, "hash of NULL");
	check_hex(hash_pair(nothing, nothing).byte, vectors[0].hash,
	    "pair of NULL");
	check_hex(hash_keyed(&key, nothing).byte, vectors[0].keyed,
	    "keyed hash of NULL");
}

static void
published_vectors(void)
{
	struct secret key = vector_key();
	struct span bytes;
	char what[64];
	size_t i;

	for (i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		bytes = span_of(input, vectors[i].size);
		snprintf(what, sizeof what, "hash of %zu bytes", bytes.size);
		check_hex(hash_bytes(bytes).byte, vectors[i].hash, what);
		snprintf(what, sizeof what, "keyed hash of %zu bytes",
		    bytes.size);
		check_hex(hash_keyed(&key, bytes).byte, vectors[i].keyed, what);
	}
}

/* A pair is hashed as one string, wherever the cut is. */
static void
pairs_are_joined(void)
{
	static const size_t cuts[] = {0, 1, 63, 64, 1023, 1024, 1025};
	size_t i;

	for (i = 0; i < sizeof cuts / sizeof *cuts; i++)
		check_hex(hash_pair(span_of(input, cuts[i]),
			      span_of(input + cuts[i], 1025 - cuts[i]))
			      .byte,
		    vectors[4].hash, "pair");
}

static void
derived_keys(void)
{
	static const char context[] =
	    "BLAKE3 2019-12-27 16:29:52 test vectors context";
	struct secret key, other;

	memcpy(key.byte, input, sizeof key.byte);
	check_hex(hash_derive(context, &key).byte,
	    "3a3811745f2befb9405149346551dada"
	    "955d268929e5d9111fa86c3d505526cd",
	    "derive_key");
	other = hash_derive("another context", &key);
	key = hash_derive(context, &key);
	check(memcmp(&key, &other, sizeof key) != 0, "context changes nothing");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof input; i++)
		input[i] = (uint8_t)(i % 251);
	nothing_is_hashed_as_nothing();
	published_vectors();
	pairs_are_joined();
	derived_keys();
	return failures != 0;
}
