/* SPDX-License-Identifier: ISC */
#include "xfer/rank.h"

#include <math.h>
#include <string.h>

#include "crypto/hash.h"
#include "peer/roster.h"

#define WEIGHT_UNKNOWN 1e12 /* as if a peer had said store=1T */

double
rank_score(const struct digest *shard, const struct holder *holder)
{
	struct digest mixed =
	    hash_pair(span_of_digest(shard), span_of_digest(&holder->id));
	double weight = holder->peer->store ? (double)holder->peer->store
					    : WEIGHT_UNKNOWN;
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < 6; i++)
		number = number << 8 | mixed.byte[i];
	/* u is uniform in (0, 1): weight / -ln u ranks by weight */
	return weight / -log(((double)number + 0.5) / (double)(1ULL << 48));
}

/* How many are taken on the site of holder `index`. */
static unsigned
taken_on_site(const struct holders *holders, size_t index, const bool *taken)
{
	const char *site = holders->holder[index].peer->site, *other;
	unsigned count = 0;
	size_t i;

	for (i = 0; site != NULL && i < holders->count; i++) {
		other = holders->holder[i].peer->site;
		count += taken[i] && other != NULL && strcmp(site, other) == 0;
	}
	return count;
}

/* Whether a shard may have been put there when all was well. */
static bool
is_known(struct holder *holder)
{
	return !digest_is_zero(&holder->id);
}

static struct holder *
best(struct holders *holders, const struct digest *shard, const bool *taken,
    bool (*fits)(struct holder *))
{
	struct holder *found = NULL, *holder = holders->holder;
	unsigned crowd, best_crowd = 0;
	double score, best_score = 0;
	size_t i;

	for (i = 0; i < holders->count; i++, holder++) {
		if (taken[i] || !fits(holder))
			continue;
		crowd = taken_on_site(holders, i, taken);
		score = rank_score(shard, holder);
		if (found == NULL || crowd < best_crowd ||
		    (crowd == best_crowd && score > best_score)) {
			found = holder;
			best_crowd = crowd;
			best_score = score;
		}
	}
	return found;
}

struct holder *
rank_best(struct holders *holders, const struct digest *shard,
    const bool *taken)
{
	return best(holders, shard, taken, holder_usable);
}

void
rank_homes(struct holders *holders, const struct digest *shard, size_t count,
    struct holder **home)
{
	bool taken[ROSTER_PEERS] = {false};
	size_t i;

	for (i = 0; i < count; i++) {
		home[i] = best(holders, &shard[i], taken, is_known);
		if (home[i] != NULL)
			taken[home[i] - holders->holder] = true;
	}
}
