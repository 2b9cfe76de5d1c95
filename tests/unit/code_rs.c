/* SPDX-License-Identifier: ISC */
/*
 * Reed-Solomon against a second implementation: GF(256) by logarithms, the
 * matrix from its definition, decoding by Gaussian elimination. For every
 * code of up to 8 shards every set of lost ones, for large codes random sets.
 */
#include "code/rs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

#define SHARDS_MAX 255
#define SIZE_LIMIT 65537
#define GUARD 0xa5

static int failures;
static uint8_t (*truth)[SIZE_LIMIT], (*work)[SIZE_LIMIT + 1]; /* SHARDS_MAX */
static uint8_t exponential[510], logarithm[256];

static void
check(bool good, unsigned need, unsigned total, size_t size, const char *what)
{
	if (good)
		return;
	printf("code_rs: %u of %u, %zu bytes: %s\n", need, total, size, what);
	failures++;
}

static uint32_t
random_number(void)
{
	static uint32_t state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void
field_init(void)
{
	unsigned i, power = 1;

	for (i = 0; i < 255; i++) {
		exponential[i] = exponential[i + 255] = (uint8_t)power;
		logarithm[power] = (uint8_t)i;
		power = power << 1 ^ (power & 0x80 ? 0x11d : 0);
	}
}

static uint8_t
times(uint8_t a, uint8_t b)
{
	return a == 0 || b == 0 ? 0 : exponential[logarithm[a] + logarithm[b]];
}

static uint8_t
inverse(uint8_t a)
{
	return exponential[255 - logarithm[a]];
}

/* The matrix of the code, as rs.h defines it. */
static uint8_t
coefficient(unsigned need, unsigned row, unsigned column)
{
	if (row < need)
		return row == column;
	return inverse((uint8_t)(row ^ column));
}

/* target += factor x source */
static void
add(uint8_t *target, uint8_t factor, const uint8_t *source, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		target[i] ^= times(factor, source[i]);
}

static void
truth_fill(unsigned need, unsigned total, size_t size)
{
	unsigned i, j;
	size_t k;

	for (i = 0; i < need; i++)
		for (k = 0; k < size; k++)
			truth[i][k] = (uint8_t)(random_number() >> 11);
	for (; i < total; i++) {
		memset(truth[i], 0, size);
		for (j = 0; j < need; j++)
			add(truth[i], coefficient(need, i, j), truth[j], size);
	}
}

/* A copy of the shards that are there and guards; the lost ones spoilt. */
static void
work_fill(unsigned total, size_t size, const uint8_t *have)
{
	unsigned i;

	for (i = 0; i < total; i++) {
		if (have[i])
			memcpy(work[i], truth[i], size);
		else
			memset(work[i], GUARD, size);
		work[i][size] = GUARD;
	}
}

static bool
work_is(unsigned index, size_t size, bool true_bytes)
{
	size_t i;

	if (work[index][size] != GUARD)
		return false;
	if (true_bytes)
		return memcmp(work[index], truth[index], size) == 0;
	for (i = 0; i < size && work[index][i] == GUARD; i++)
		;
	return i == size;
}

/* Subtract row `pivot` from all others, so that its column is a unit one. */
static void
eliminate(uint8_t matrix[8][8 + 1], unsigned need, unsigned pivot)
{
	uint8_t factor, row[8 + 1];
	unsigned i = pivot;

	while (i < need && matrix[i][pivot] == 0)
		i++;
	memcpy(row, matrix[i], sizeof row);
	memcpy(matrix[i], matrix[pivot], sizeof row);
	memset(matrix[pivot], 0, sizeof row);
	factor = inverse(row[pivot]);
	add(matrix[pivot], factor, row, sizeof row);
	for (i = 0; i < need; i++)
		if (i != pivot)
			add(matrix[i], matrix[i][pivot], matrix[pivot],
			    sizeof row);
}

/* The first byte of the data out of what rs_encode made of it. */
static void
decode_slowly(unsigned need, unsigned total, const uint8_t *have)
{
	uint8_t matrix[8][8 + 1];
	unsigned i, j, rows = 0;

	for (i = 0; i < total && rows < need; i++) {
		if (!have[i])
			continue;
		for (j = 0; j < need; j++)
			matrix[rows][j] = coefficient(need, i, j);
		memset(matrix[rows] + need, 0, sizeof matrix[0] - need);
		matrix[rows++][8] = work[i][0];
	}
	for (i = 0; i < need; i++)
		eliminate(matrix, need, i);
	for (i = 0; i < need; i++)
		check(matrix[i][8] == truth[i][0], need, total, 1,
		    "decoding by hand gives something else");
}

static void
encode(struct rs *rs, unsigned need, unsigned total, size_t size)
{
	uint8_t have[SHARDS_MAX] = {0}, *shard[SHARDS_MAX];
	unsigned i;

	truth_fill(need, total, size);
	memset(have, 1, need);
	work_fill(total, size, have);
	for (i = 0; i < total; i++)
		shard[i] = work[i];
	rs_encode(rs, size, shard);
	for (i = 0; i < total; i++)
		check(work_is(i, size, true), need, total, size,
		    "encoding gives other bytes");
}

/* Lose the shards that are not had; `unwanted` of those are left alone. */
static void
rebuild(struct rs *rs, unsigned need, unsigned total, size_t size,
    const uint8_t *have, const uint8_t *unwanted)
{
	uint8_t *shard[SHARDS_MAX];
	unsigned i, there = 0;
	bool skipped, enough;

	work_fill(total, size, have);
	for (i = 0; i < total; i++) {
		there += have[i] != 0;
		shard[i] = !have[i] && unwanted[i] ? NULL : work[i];
	}
	enough = there >= need;
	check(rs_rebuild(rs, size, shard, have) == (enough ? 0 : -1), need,
	    total, size, "the return value of rebuilding");
	check(enough || fail_last()->kind == FAIL_NO, need, total, size,
	    "too few shards are another kind of failure");
	for (i = 0; i < total; i++) {
		skipped = !have[i] && (shard[i] == NULL || !enough);
		check(work_is(i, size, !skipped), need, total, size,
		    "rebuilding gives other bytes");
	}
	if (enough && size > 0 && total <= 8)
		decode_slowly(need, total, have);
}

static void
every_loss(unsigned need, unsigned total, size_t size)
{
	static const uint8_t unwanted[2][8] = {{0}, {0, 1, 0, 1, 0, 1, 0, 1}};
	struct rs *rs = rs_open(need, total);
	uint8_t have[8];
	unsigned set, i;

	encode(rs, need, total, size);
	for (set = 0; set < 1u << total; set++) {
		for (i = 0; i < total; i++)
			have[i] = set >> i & 1;
		rebuild(rs, need, total, size, have, unwanted[0]);
		rebuild(rs, need, total, size, have, unwanted[1]);
	}
	rs_close(rs);
}

/* Lose as many as may be, at random. */
static void
random_losses(unsigned need, unsigned total, size_t size, unsigned rounds)
{
	static const uint8_t unwanted[SHARDS_MAX];
	struct rs *rs = rs_open(need, total);
	uint8_t have[SHARDS_MAX];
	unsigned there, i;

	encode(rs, need, total, size);
	while (rounds-- > 0) {
		memset(have, 0, sizeof have);
		for (there = 0; there < need;) {
			i = random_number() % total;
			there += !have[i];
			have[i] = 1;
		}
		rebuild(rs, need, total, size, have, unwanted);
	}
	rs_close(rs);
}

static void
impossible_codes(void)
{
	static const unsigned bad[][2] = {{0, 0}, {0, 1}, {2, 1}, {1, 256},
	    {256, 256}, {255, 256}, {~0u, ~0u}, {1, ~0u}};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		check(rs_open(bad[i][0], bad[i][1]) == NULL, bad[i][0],
		    bad[i][1], 0, "an impossible code");
		check(fail_last()->kind == FAIL_USAGE, bad[i][0], bad[i][1], 0,
		    "the kind of failure");
	}
	rs_close(NULL);
}

int
main(void)
{
	static const size_t sizes[] = {0, 1, 31, 32, 63, 64, 65, 65536, 65537};
	unsigned need, total;
	size_t i;

	truth = calloc(SHARDS_MAX, sizeof *truth);
	work = calloc(SHARDS_MAX, sizeof *work);
	if (truth == NULL || work == NULL)
		return 1;
	field_init();
	impossible_codes();
	for (total = 1; total <= 8; total++)
		for (need = 1; need <= total; need++)
			every_loss(need, total, 33);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		random_losses(3, 5, sizes[i], 4);
		random_losses(1, 1, sizes[i], 1);
		random_losses(5, 13, sizes[i], 2);
	}
	random_losses(1, 255, 100, 3);
	random_losses(254, 255, 100, 3);
	random_losses(255, 255, 100, 1);
	random_losses(128, 255, 100, 5);
	free(truth);
	free(work);
	return failures != 0;
}
