/* SPDX-License-Identifier: ISC */
#include "crypto/ghash.h"

#ifdef __x86_64__

#include <immintrin.h>

#include "crypto/processor.h"

/*
 * Blocks are read with their bytes reversed, so that a carry-less product is
 * the product of GHASH shifted by one bit, which multiplying H by x makes up
 * for (Gueron and Kounavis, Carry-Less Multiplication and the GCM Mode, 2010).
 * Two more products reduce it, Montgomery's way. A vector holds two blocks;
 * four vectors are multiplied by as many powers of H and reduced together.
 */
#define WIDE __attribute__((target("avx2,vpclmulqdq")))
#define INLINED WIDE __attribute__((always_inline)) inline /* twice as fast */
#define VECTORS 4
#define STRIDE (VECTORS * sizeof(__m256i))
#define WORTH 512 /* bytes: below, the powers cost more than they save */

/* x^127 + x^126 + x^121: the upper half of the polynomial, reversed */
#define POLYNOMIAL ((long long)0xc200000000000000)

struct product {
	__m256i low, middle, high;
};

INLINED static __m256i
reverse(__m256i blocks)
{
	return _mm256_shuffle_epi8(blocks,
	    _mm256_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f,
		0x0001020304050607, 0x08090a0b0c0d0e0f));
}

INLINED static __m256i
load(const uint8_t *from, size_t index)
{
	return reverse(
	    _mm256_loadu_si256((const __m256i *)(const void *)from + index));
}

INLINED static __m256i
swap_halves(__m256i blocks)
{
	return _mm256_shuffle_epi32(blocks, 0x4e);
}

/* sum += a * b, in each lane. */
INLINED static void
add_product(struct product *sum, __m256i a, __m256i b)
{
	sum->low ^= _mm256_clmulepi64_epi128(a, b, 0x00);
	sum->middle ^= _mm256_clmulepi64_epi128(a, b, 0x01) ^
	    _mm256_clmulepi64_epi128(a, b, 0x10);
	sum->high ^= _mm256_clmulepi64_epi128(a, b, 0x11);
}

INLINED static __m256i
reduce(const struct product *sum)
{
	const __m256i polynomial = _mm256_set1_epi64x(POLYNOMIAL);
	__m256i middle = sum->middle ^ swap_halves(sum->low) ^
	    _mm256_clmulepi64_epi128(sum->low, polynomial, 0);

	return sum->high ^ swap_halves(middle) ^
	    _mm256_clmulepi64_epi128(middle, polynomial, 0);
}

INLINED static __m256i
multiply(__m256i a, __m256i b)
{
	struct product product = {0};

	add_product(&product, a, b);
	return reduce(&product);
}

/* h times x, in each lane. */
INLINED static __m256i
times_x(__m256i h)
{
	const __m256i polynomial =
	    _mm256_set_epi64x(POLYNOMIAL, 1, POLYNOMIAL, 1);
	__m256i carry = _mm256_srli_epi64(h, 63);
	__m256i top = _mm256_srai_epi32(_mm256_shuffle_epi32(h, 0xff), 31);

	return (_mm256_slli_epi64(h, 1) | _mm256_slli_si256(carry, 8)) ^
	    (top & polynomial);
}

/* power[0] = H^8 H^7, power[1] = H^6 H^5 .. */
INLINED static void
raise_to_powers(const void *h, __m256i power[static VECTORS])
{
	__m256i one = times_x(
	    reverse(_mm256_broadcastsi128_si256(_mm_loadu_si128(h))));
	__m256i two = multiply(one, one);
	int i;

	power[VECTORS - 1] = _mm256_permute2x128_si256(two, one, 0x20);
	for (i = VECTORS - 1; i > 0; i--)
		power[i - 1] = multiply(power[i], two);
}

WIDE static void
run_wide(void *y, const void *h, const void *data, size_t size)
{
	const uint8_t *from = data, *end = from + size / STRIDE * STRIDE;
	__m256i power[VECTORS], sum;
	struct product product;

	if (size < WORTH) {
		br_ghash_pclmul(y, h, data, size);
		return;
	}
	raise_to_powers(h, power);
	sum = reverse(_mm256_zextsi128_si256(_mm_loadu_si128(y)));
	for (; from < end; from += STRIDE) {
		product = (struct product){0};
		add_product(&product, load(from, 0) ^ sum, power[0]);
		add_product(&product, load(from, 1), power[1]);
		add_product(&product, load(from, 2), power[2]);
		add_product(&product, load(from, 3), power[3]);
		sum = reduce(&product);
		sum = _mm256_zextsi128_si256(_mm256_castsi256_si128(sum) ^
		    _mm256_extracti128_si256(sum, 1));
	}
	_mm_storeu_si128(y, _mm256_castsi256_si128(reverse(sum)));
	br_ghash_pclmul(y, h, from, size % STRIDE);
}

br_ghash
ghash_fastest(void)
{
	if (processor_is_wide() && br_ghash_pclmul_get() != 0)
		return run_wide;
	if (br_ghash_pclmul_get() != 0)
		return br_ghash_pclmul;
	return br_ghash_ctmul64;
}

#else

br_ghash
ghash_fastest(void)
{
	return br_ghash_ctmul64;
}

#endif
