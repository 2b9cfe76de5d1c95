/* SPDX-License-Identifier: ISC */
#include "xfer/needed.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define BITS_MIN (1ULL << 16)
#define BITS_MAX (1ULL << 29) /* 64 MiB */
#define BITS_EACH 32	      /* for one id, while there is room */
#define BITS_FEWEST 16	      /* (1 - e^(-8/16))^8 is 0.0006 */
#define HASHES 8

int
needed_init(struct needed *needed, uint64_t count)
{
	uint64_t bits = BITS_MIN;

	while (bits < BITS_MAX && bits / BITS_EACH < count)
		bits *= 2;
	needed->mask = bits - 1;
	needed->added = 0;
	needed->bits = memory_get(1, bits / 8);
	return needed->bits ? 0 : -1;
}

void
needed_release(struct needed *needed)
{
	free(needed->bits);
	*needed = (struct needed){0};
}

/* Which bit the hash number `i` of an id means. */
static uint64_t
bit_of(const struct needed *needed, const struct digest *id, unsigned i)
{
	uint32_t word;

	memcpy(&word, id->byte + i * sizeof word, sizeof word);
	return word & needed->mask;
}

void
needed_add(struct needed *needed, const struct digest *id)
{
	uint64_t bit;
	unsigned i;

	needed->added++;
	for (i = 0; i < HASHES; i++) {
		bit = bit_of(needed, id, i);
		needed->bits[bit / 8] |= (uint8_t)(1 << bit % 8);
	}
}

bool
needed_has(const struct needed *needed, const struct digest *id)
{
	uint64_t bit;
	unsigned i;

	for (i = 0; i < HASHES; i++) {
		bit = bit_of(needed, id, i);
		if ((needed->bits[bit / 8] >> bit % 8 & 1) == 0)
			return false;
	}
	return true;
}

bool
needed_is_full(const struct needed *needed)
{
	return needed->added > needed->mask / BITS_FEWEST;
}
