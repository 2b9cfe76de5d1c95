/* SPDX-License-Identifier: ISC */
/*
 * Which peer a shard prefers: each peer once, as its weight says, another
 * site first, and the same one when others come and go.
 */
#include "xfer/rank.h"

#include "check.h"
#include "peer/roster.h"

#define PEERS 12
#define SHARDS 4000

static struct peer peers[PEERS];
static struct holder holder[PEERS];

static struct holders
holders_of(size_t count)
{
	static char site[PEERS][2];
	size_t i;

	for (i = 0; i < count; i++) {
		site[i][0] = (char)('a' + i / 2);
		peers[i] = (struct peer){.site = NULL};
		holder[i] = (struct holder){.peer = &peers[i]};
		memset(&holder[i].id, (int)i + 1, sizeof holder[i].id);
		pthread_mutex_init(&holder[i].lock, NULL);
		peers[i].name = site[i];
	}
	return (struct holders){.holder = holder, .count = count};
}

static struct digest
shard_number(unsigned number)
{
	struct digest shard = {{0}};

	memcpy(shard.byte, &number, sizeof number);
	return shard;
}

static size_t
best_of(struct holders *holders, unsigned shard, const bool *taken)
{
	struct digest id = shard_number(shard);
	struct holder *best = rank_best(holders, &id, taken);

	return best == NULL ? PEERS : (size_t)(best - holders->holder);
}

static void
test_each_once(void)
{
	struct holders holders = holders_of(PEERS);
	unsigned shard;
	size_t i, best;

	holder[3].lost = true;
	for (shard = 0; shard < 50; shard++) {
		bool taken[PEERS] = {false};

		for (i = 0; i < PEERS - 1; i++) {
			best = best_of(&holders, shard, taken);
			must(best < PEERS, "one is left");
			check(best != 3 && !taken[best], "peer %zu again",
			    best);
			taken[best] = true;
		}
		check(best_of(&holders, shard, taken) == PEERS,
		    "more than there are");
	}
}

/* A stripe's homes: as placing takes them one by one, the lost ones as well. */
static void
test_homes(void)
{
	struct holders holders = holders_of(PEERS);
	struct digest shard[PEERS + 1];
	struct holder *home[PEERS + 1], *again[PEERS];
	bool taken[PEERS] = {false};
	size_t i, best;

	for (i = 0; i <= PEERS; i++)
		shard[i] = shard_number((unsigned)i);
	rank_homes(&holders, shard, PEERS + 1, home);
	for (i = 0; i < PEERS; i++) {
		best = best_of(&holders, (unsigned)i, taken);
		check(home[i] == &holder[best], "shard %zu", i);
		taken[best] = true;
	}
	check(home[PEERS] == NULL, "one too many");
	holder[4].lost = true;
	rank_homes(&holders, shard, PEERS, again);
	check(memcmp(home, again, sizeof again) == 0, "the lost one had its");
	memset(&holder[4].id, 0, sizeof holder[4].id);
	rank_homes(&holders, shard, PEERS, home);
	for (i = 0; i < PEERS; i++)
		check(home[i] != &holder[4], "a disk that is away has no id");
}

/* Shards move only to the new peer, and about 1 in 12 does. */
static void
test_stable(void)
{
	struct holders all = holders_of(PEERS), fewer = all;
	bool taken[PEERS] = {false};
	unsigned shard, moved = 0;
	size_t before, after;

	fewer.count--;
	for (shard = 0; shard < SHARDS; shard++) {
		before = best_of(&fewer, shard, taken);
		after = best_of(&all, shard, taken);
		check(before == after || after == PEERS - 1,
		    "a shard moves from %zu to %zu", before, after);
		moved += before != after;
	}
	check(moved > SHARDS / 16 && moved < SHARDS / 9, "%u move", moved);
}

/* Of weights 1, 1 and 2 TB (1 when nothing is said). */
static void
test_weights(void)
{
	struct holders holders = holders_of(3);
	bool taken[PEERS] = {false};
	unsigned shard, count[PEERS + 1] = {0};

	peers[1].store = 1000000000000;
	peers[2].store = 2000000000000;
	for (shard = 0; shard < SHARDS; shard++)
		count[best_of(&holders, shard, taken)]++;
	check(count[0] > SHARDS * 22 / 100 && count[0] < SHARDS * 28 / 100 &&
		count[1] > SHARDS * 22 / 100 && count[1] < SHARDS * 28 / 100 &&
		count[2] > SHARDS * 46 / 100 && count[2] < SHARDS * 54 / 100,
	    "%u, %u and %u", count[0], count[1], count[2]);
}

static void
test_scores(void)
{
	struct holders holders = holders_of(1);
	struct digest shard;
	unsigned i;
	double score;

	for (i = 0; i < SHARDS; i++) {
		shard = shard_number(i);
		score = rank_score(&shard, holders.holder);
		check(score > 0 && score < 1e30, "a score of %g", score);
		check(score == rank_score(&shard, holders.holder),
		    "another score");
	}
}

/* Six sites of two: every site once before any twice. */
static void
test_sites(void)
{
	struct holders holders = holders_of(PEERS);
	unsigned shard;
	size_t i, best;

	for (i = 0; i < PEERS; i++)
		peers[i].site = peers[i].name;
	for (shard = 0; shard < 50; shard++) {
		bool taken[PEERS] = {false};
		unsigned used[PEERS / 2] = {0};

		for (i = 0; i < PEERS; i++) {
			best = best_of(&holders, shard, taken);
			must(best < PEERS, "one is left");
			check(used[best / 2]++ == i / (PEERS / 2),
			    "pick %zu goes to a site that is taken", i);
			taken[best] = true;
		}
	}
}

int
main(void)
{
	test_each_once();
	test_homes();
	test_stable();
	test_weights();
	test_scores();
	test_sites();
	return failures != 0;
}
