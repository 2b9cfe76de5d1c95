/* SPDX-License-Identifier: ISC */
/*
 * AES-256-GCM under the zero nonce: test cases 13 and 14 of McGrew and Viega,
 * longer messages from OpenSSL (through node), and every refusal.
 */
#include "crypto/aead.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

struct vector {
	size_t size;
	size_t aad_size;
	const char *hash; /* BLAKE3 of the encrypted bytes */
	const char *tag;
};

/* Key, message and additional data are each 0, 1 .. 250, 0, 1 .. */
static const struct vector vectors[] = {
    /* empty, partial blocks, whole blocks, the edge of a slice, several */
    {0, 20, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
	"7b3800478e1be9e1c39b861fa0545495"},
    {1, 0, "31625cf68816aa547a0e7551c02d4fc9e6f22af769cb76b6d775f0521541460c",
	"c0a8ea43e90f99cd599476733a992956"},
    {15, 5, "7221bd04a5f74fcceb68b1f5652484e16bca7d02a98274cd4620e305411e4660",
	"fab5b4049db55b4af32ba8a70237153d"},
    {16, 16, "4f99a116067b35d5afbe6d67fa64780e5b231ac9469557a84f2aada4f88c7fdc",
	"c2e4451dfa37a9aa9704a8d24ab5b093"},
    {17, 17, "a5394e2e7aae19b02766d4cc17945c4901699031418d4d0d1c3bdf683a81e743",
	"2f895495272e7d50d9fe46a6b1b9d352"},
    {32768, 37,
	"d78672310a5f1bfaef9f394d98669d75fe85bc3f2f3ebc1f5e748bdb51e0804f",
	"ec4b80ccf06806d52c285210d864c4d3"},
    {32769, 1,
	"9bbb55fae1ba8bb569f781a1efd3701c05244814861ace76dd52ae91b591d65c",
	"27c097ed88fc8ee3c6bc53b9a2760963"},
    {100003, 13,
	"c68ac2e9a0d8458f3d4f1f90fa4d2a0990291fe157d88c85a7608219ca312220",
	"d9a1307eab06e31dc13d2090439e42c8"}};

static int failures;
static uint8_t input[100003], bytes[100003];

static void
check(bool good, size_t size, const char *what)
{
	if (good)
		return;
	printf("crypto_aead: %zu bytes: %s\n", size, what);
	failures++;
}

static bool
is_hex(const uint8_t *data, size_t size, const char *hex)
{
	char text[3];
	size_t i;

	for (i = 0; i < size; i++) {
		snprintf(text, sizeof text, "%02x", data[i]);
		if (memcmp(text, hex + 2 * i, 2) != 0)
			return false;
	}
	return strlen(hex) == 2 * size;
}

static struct secret
input_key(void)
{
	struct secret key;

	memcpy(key.byte, input, sizeof key.byte);
	return key;
}

/* Opening must fail as FAIL_DATA and leave the bytes sealed. */
static void
refused(const struct secret *key, struct span aad, const uint8_t *sealed,
    size_t size, const uint8_t *tag, const char *what)
{
	memcpy(bytes, sealed, size);
	check(aead_open(key, aad, bytes, size, tag) == -1, size, what);
	check(fail_last()->kind == FAIL_DATA, size, "the kind of failure");
	check(memcmp(bytes, sealed, size) == 0, size,
	    "refused bytes are not sealed as they were");
}

/* One bit of each part: bytes, tag, additional data, key. */
static void
every_flip_is_refused(size_t size)
{
	uint8_t sealed[256], aad[21], tag[AEAD_TAG_SIZE];
	struct secret key = input_key();
	struct {
		uint8_t *data;
		size_t size;
		const char *what;
	} part[] = {{sealed, size, "a flip of the bytes passes"},
	    {tag, sizeof tag, "a flip of the tag passes"},
	    {aad, sizeof aad, "a flip of the additional data passes"},
	    {key.byte, sizeof key.byte, "a flip of the key passes"}};
	size_t i, bit;

	memcpy(aad, input, sizeof aad);
	memcpy(sealed, input, size);
	aead_seal(&key, span_of(aad, sizeof aad), sealed, size, tag);
	for (i = 0; i < sizeof part / sizeof *part; i++)
		for (bit = 0; bit < part[i].size * 8; bit++) {
			part[i].data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			refused(&key, span_of(aad, sizeof aad), sealed, size,
			    tag, part[i].what);
			part[i].data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
}

static void
other_lengths_are_refused(void)
{
	uint8_t sealed[65] = {0}, tag[AEAD_TAG_SIZE];
	struct secret key = input_key();
	struct span aad = span_of(input, 16);
	size_t size;

	aead_seal(&key, aad, sealed, 64, tag);
	for (size = 0; size <= 65; size++)
		if (size != 64)
			refused(&key, aad, sealed, size, tag,
			    "another length passes");
	for (size = 0; size <= 17; size++)
		if (size != 16)
			refused(&key, span_of(input, size), sealed, 64, tag,
			    "additional data of another length passes");
}

static void
published_vectors(void)
{
	struct secret zero = {{0}};
	struct span none = {0};
	uint8_t block[16] = {0}, tag[AEAD_TAG_SIZE];

	aead_seal(&zero, none, NULL, 0, tag);
	check(is_hex(tag, sizeof tag, "530f8afbc74536b9a963b4f1c4cb738b"), 0,
	    "test case 13");
	check(aead_open(&zero, none, NULL, 0, tag) == 0, 0, "does not open");
	aead_seal(&zero, none, block, sizeof block, tag);
	check(is_hex(block, sizeof block, "cea7403d4d606b6e074ec5d3baf39d18"),
	    16, "test case 14, the bytes");
	check(is_hex(tag, sizeof tag, "d0d1c8a799996bf0265b98b5d48ab919"), 16,
	    "test case 14, the tag");
}

static void
known_answer(const struct vector *vector)
{
	struct secret key = input_key();
	struct span aad = span_of(input, vector->aad_size);
	uint8_t tag[AEAD_TAG_SIZE];
	size_t size = vector->size;
	struct digest digest;

	memcpy(bytes, input, size);
	aead_seal(&key, aad, bytes, size, tag);
	digest = hash_bytes(span_of(bytes, size));
	check(is_hex(digest.byte, sizeof digest.byte, vector->hash), size,
	    "the bytes differ");
	check(is_hex(tag, sizeof tag, vector->tag), size, "the tag differs");
	check(aead_open(&key, aad, bytes, size, tag) == 0, size,
	    "does not open");
	check(memcmp(bytes, input, size) == 0, size, "does not come back");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof input; i++)
		input[i] = (uint8_t)(i % 251);
	every_flip_is_refused(0);
	every_flip_is_refused(1);
	every_flip_is_refused(100);
	other_lengths_are_refused();
	published_vectors();
	for (i = 0; i < sizeof vectors / sizeof *vectors; i++)
		known_answer(&vectors[i]);
	return failures != 0;
}
