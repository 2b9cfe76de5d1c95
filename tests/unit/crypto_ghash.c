/* SPDX-License-Identifier: ISC */
/*
 * The GHASH of this processor beside BearSSL's portable one: every length up
 * to where all paths have been taken, unaligned, and chained.
 */
#include "crypto/ghash.h"

#include "check.h"

#define LONGEST 3000

static void
same(const uint8_t *h, const uint8_t *bytes, size_t size)
{
	uint8_t wanted[16], got[16];

	random_fill(wanted, sizeof wanted);
	memcpy(got, wanted, sizeof got);
	br_ghash_ctmul64(wanted, h, bytes, size);
	ghash_fastest()(got, h, bytes, size);
	check(memcmp(wanted, got, sizeof got) == 0, "%zu bytes differ", size);
}

/* Bits that random ones hardly ever are: carries out of each end. */
static void
edges(const uint8_t *bytes)
{
	uint8_t h[16];
	size_t bit, i;

	for (bit = 0; bit < 128; bit++) {
		for (i = 0; i < sizeof h; i++)
			h[i] = bit / 8 == i ? (uint8_t)(0x80 >> bit % 8) : 0;
		same(h, bytes, 1024);
		for (i = 0; i < sizeof h; i++)
			h[i] = (uint8_t)~h[i];
		same(h, bytes, 1024);
	}
	memset(h, 0, sizeof h);
	same(h, bytes, 1024);
	memset(h, 0xff, sizeof h);
	same(h, bytes, 1024);
}

int
main(void)
{
	static uint8_t bytes[LONGEST + 32], ones[1024];
	uint8_t h[16];
	size_t size;

	random_fill(bytes, sizeof bytes);
	memset(ones, 0xff, sizeof ones);
	for (size = 0; size <= LONGEST; size++) {
		random_fill(h, sizeof h);
		same(h, bytes + size % 32, size);
	}
	edges(bytes);
	edges(ones);
	return failures != 0;
}
