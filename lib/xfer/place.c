/* SPDX-License-Identifier: ISC */
#include "xfer/place.h"

#include <string.h>

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

/* Ask the holders in the shard's own order of preference. */
static bool
gather_one(struct holders *holders, const struct head *head,
    struct bundle *bundle, unsigned i)
{
	struct store_key key = {STORE_SHARDS, head->owner,
	    bundle->stripe.id[i]};
	bool asked[ROSTER_PEERS] = {false};
	struct holder *holder;

	while ((holder = rank_best(holders, &key.id, asked)) != NULL) {
		asked[holder - holders->holder] = true;
		if (holder_get_exact(holder, &key,
			bundle_shard(bundle, head, i),
			stripe_shard_size(head, bundle->stripe.size)) == 1)
			return true;
	}
	return false;
}

unsigned
place_gather(struct holders *holders, const struct head *head,
    struct bundle *bundle)
{
	unsigned i, have = 0;

	memset(bundle->have, 0, sizeof bundle->have);
	for (i = 0; i < bundle->stripe.total && have < head->need; i++) {
		bundle->have[i] = gather_one(holders, head, bundle, i);
		have += bundle->have[i];
	}
	return have;
}
