/* SPDX-License-Identifier: ISC */
#include "vote/asking.h"

#define LEAST 300 /* pieces show 1 % of damage with 95 % */

uint64_t
asking_most(const struct roll *roll, uint64_t samples)
{
	uint64_t i, holders = 0, share;

	if (samples > 0)
		return samples;
	if (items_count(&roll->items) <= LIMIT_EACH)
		return LIMIT_EACH;
	for (i = 0; i < roll->items.holders; i++)
		holders += roll->items.first[i + 1] > roll->items.first[i];
	share = LIMIT_EACH / holders;
	return share > LEAST ? share : LEAST;
}

struct asking
asking_of(const struct opening *opening, const struct digest *seed)
{
	return (struct asking){*seed, opening->samples, opening->again};
}
