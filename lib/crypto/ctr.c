/* SPDX-License-Identifier: ISC */
#include "crypto/ctr.h"

#ifdef __x86_64__

#include <assert.h>
#include <immintrin.h>
#include <string.h>

#include "crypto/processor.h"

#define WIDE __attribute__((target("avx2,aes,vaes")))
#define INLINED WIDE __attribute__((always_inline)) inline
#define VECTORS 8 /* of two blocks: as many as are under way at once */
#define STRIDE (VECTORS * sizeof(__m256i))
#define WORDS_MAX 60 /* of all round keys */

/* What BearSSL keeps for us in a br_aes_gen_ctr_keys. */
struct keys {
	const br_block_ctr_class *vtable;
	uint32_t word[WORDS_MAX];
	unsigned rounds;
};

_Static_assert(sizeof(struct keys) <= sizeof(br_aes_gen_ctr_keys),
    "keys have room in what BearSSL has for them");

/* SubWord of FIPS 197 section 5.2: with all columns alike no row shifts. */
WIDE static uint32_t
substitute(uint32_t word)
{
	__m128i columns = _mm_set1_epi32((int)word);

	return (uint32_t)_mm_cvtsi128_si32(
	    _mm_aesenclast_si128(columns, _mm_setzero_si128()));
}

/* RotWord, of bytes in the order in which they lie. */
static uint32_t
rotate(uint32_t word)
{
	return word >> 8 | word << 24;
}

/* KeyExpansion of FIPS 197 section 5.2. */
WIDE static void
expand(struct keys *keys, unsigned key_words)
{
	unsigned i, words = 4 * (keys->rounds + 1);
	uint32_t word, constant = 1;

	for (i = key_words; i < words; i++) {
		word = keys->word[i - 1];
		if (i % key_words == 0) {
			word = substitute(rotate(word)) ^ constant;
			constant = constant << 1 ^ (constant >> 7) * 0x11b;
		} else if (key_words > 6 && i % key_words == 4) {
			word = substitute(word);
		}
		keys->word[i] = keys->word[i - key_words] ^ word;
	}
}

static const br_block_ctr_class wide; /* below */

static void
init_wide(const br_block_ctr_class **context, const void *key, size_t size)
{
	struct keys *keys = (struct keys *)context;

	assert(size == 16 || size == 24 || size == 32);
	*context = &wide;
	keys->rounds = (unsigned)size / 4 + 6;
	memcpy(keys->word, key, size);
	expand(keys, (unsigned)size / 4);
}

/* A round's key, for both blocks of a vector. */
INLINED static __m256i
key_of(const struct keys *keys, unsigned round)
{
	const void *key = &keys->word[(size_t)4 * round];

	return _mm256_broadcastsi128_si256(_mm_loadu_si128(key));
}

/* Two counter blocks, with the counter itself in the processor's order. */
WIDE static __m256i
first_counters(const void *iv, uint32_t counter)
{
	uint32_t word[4];

	memcpy(word, iv, 12);
	word[3] = counter;
	return _mm256_add_epi32(_mm256_broadcastsi128_si256(
				    _mm_loadu_si128((void *)word)),
	    _mm256_set_epi32(1, 0, 0, 0, 0, 0, 0, 0));
}

/* Two counter blocks that are so many vectors further on. */
INLINED static __m256i
later(__m256i counters, int vectors)
{
	return _mm256_add_epi32(counters,
	    _mm256_set_epi32(2 * vectors, 0, 0, 0, 2 * vectors, 0, 0, 0));
}

/* The counter, big-endian. */
INLINED static __m256i
block_of(__m256i counters)
{
	return _mm256_shuffle_epi8(counters,
	    _mm256_set_epi64x(0x0c0d0e0f0b0a0908, 0x0706050403020100,
		0x0c0d0e0f0b0a0908, 0x0706050403020100));
}

/* Encrypt or decrypt STRIDE bytes. */
INLINED static void
run_stride(const struct keys *keys, __m256i counters, uint8_t *bytes)
{
	__m256i x[VECTORS], *to = (void *)bytes, key = key_of(keys, 0);
	unsigned round;
	int i;

#pragma GCC unroll 8
	for (i = 0; i < VECTORS; i++)
		x[i] = block_of(later(counters, i)) ^ key;
	for (round = 1; round < keys->rounds; round++) {
		key = key_of(keys, round);
#pragma GCC unroll 8
		for (i = 0; i < VECTORS; i++)
			x[i] = _mm256_aesenc_epi128(x[i], key);
	}
	key = key_of(keys, round);
#pragma GCC unroll 8
	for (i = 0; i < VECTORS; i++) {
		x[i] = _mm256_aesenclast_epi128(x[i], key);
		_mm256_storeu_si256(to + i, _mm256_loadu_si256(to + i) ^ x[i]);
	}
}

WIDE static uint32_t
run_wide(const br_block_ctr_class *const *context, const void *iv,
    uint32_t counter, void *data, size_t size)
{
	const struct keys *keys = (const void *)context;
	__m256i counters = first_counters(iv, counter);
	uint8_t *at = data, *end = at + size / STRIDE * STRIDE, rest[STRIDE];

	for (; at < end; at += STRIDE) {
		run_stride(keys, counters, at);
		counters = later(counters, VECTORS);
	}
	if (size % STRIDE > 0) {
		memcpy(rest, at, size % STRIDE);
		run_stride(keys, counters, rest);
		memcpy(at, rest, size % STRIDE);
	}
	return counter + (uint32_t)(size / 16);
}

static const br_block_ctr_class wide = {.context_size = sizeof(struct keys),
    .block_size = 16,
    .log_block_size = 4,
    .init = init_wide,
    .run = run_wide};

const br_block_ctr_class *
ctr_fastest(void)
{
	if (processor_is_wide())
		return &wide;
	if (br_aes_x86ni_ctr_get_vtable() != NULL)
		return br_aes_x86ni_ctr_get_vtable();
	return &br_aes_ct64_ctr_vtable;
}

#else

const br_block_ctr_class *
ctr_fastest(void)
{
	return &br_aes_ct64_ctr_vtable;
}

#endif

bool
ctr_is_fast(const br_block_ctr_class *aes)
{
	return aes != &br_aes_ct64_ctr_vtable;
}
