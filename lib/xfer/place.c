/* SPDX-License-Identifier: ISC */
#include "xfer/place.h"

#include "peer/roster.h"
#include "xfer/rank.h"

void
place_find(struct holders *holders, const struct question *question,
    struct placing *placing, bool *taken)
{
	bool there[LIMIT_TOTAL];
	size_t h, i;

	for (h = 0; h < holders->count; h++) {
		if (!holder_usable(&holders->holder[h]) ||
		    holder_have(&holders->holder[h], question, there) != 0)
			continue;
		for (i = 0; i < question->count; i++)
			if (there[i] && placing->at[i] == NULL)
				break;
		if (i == question->count)
			continue;
		placing->at[i] = &holders->holder[h];
		taken[h] = true;
		holder_keep(placing->at[i]);
	}
}

int
place_put(struct holders *holders, const struct store_key *key,
    struct span bytes, bool *taken, struct holder **placed)
{
	struct holder *holder;

	while ((holder = rank_best(holders, &key->id, taken)) != NULL) {
		taken[holder - holders->holder] = true;
		if (!holder_takes(holder))
			continue;
		if (holder_put(holder, key, bytes) == 0) {
			*placed = holder;
			return 0;
		}
		if (fail_last()->kind == FAIL_DATA)
			return -1;
	}
	*placed = NULL;
	return 0;
}
