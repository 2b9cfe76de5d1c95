/* SPDX-License-Identifier: ISC */
#include "code/rs.h"

#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

#define TOTAL_MAX 255
#define TABLE_SIZE ((size_t)32) /* per coefficient (isa-l/erasure_code.h) */

/* A slice of each shard at a time, so that all of them stay in the cache. */
#define SLICE_SIZE ((size_t)65536)

struct rs {
	unsigned need;
	unsigned total;
	uint8_t *matrix; /* total rows, need columns */
	uint8_t *tables; /* what ISA-L makes of the rows need..total-1 */
};

/* Shards to be computed out of `need` others, row by row of coefficients. */
struct plan {
	unsigned count;
	uint8_t *source[TOTAL_MAX];
	uint8_t *target[TOTAL_MAX];
	unsigned source_row[TOTAL_MAX];
	unsigned target_row[TOTAL_MAX];
};

struct rs *
rs_open(unsigned need, unsigned total)
{
	struct rs *rs;
	size_t parity;

	if (need < 1 || need > total || total > TOTAL_MAX) {
		fail(FAIL_USAGE, "cannot code %u of %u shards", need, total);
		fail_hint("1 <= need <= total <= %d", TOTAL_MAX);
		return NULL;
	}
	parity = total - need;
	rs = memory_get(1, sizeof *rs);
	if (rs != NULL) {
		rs->matrix = memory_get(total, need);
		rs->tables = memory_get(1, TABLE_SIZE * need * parity + 1);
	}
	if (rs == NULL || rs->matrix == NULL || rs->tables == NULL) {
		rs_close(rs);
		return NULL;
	}
	rs->need = need;
	rs->total = total;
	gf_gen_cauchy1_matrix(rs->matrix, (int)total, (int)need);
	ec_init_tables((int)need, (int)parity, rs->matrix + (size_t)need * need,
	    rs->tables);
	return rs;
}

void
rs_close(struct rs *rs)
{
	if (rs == NULL)
		return;
	free(rs->matrix);
	free(rs->tables);
	free(rs);
}

/* Compute plan->target from plan->source with the tables of its rows. */
static void
run(unsigned need, uint8_t *tables, size_t size, struct plan *plan)
{
	size_t slice, i;

	for (; size > 0; size -= slice) {
		slice = size < SLICE_SIZE ? size : SLICE_SIZE;
		ec_encode_data((int)slice, (int)need, (int)plan->count, tables,
		    plan->source, plan->target);
		for (i = 0; i < need; i++)
			plan->source[i] += slice;
		for (i = 0; i < plan->count; i++)
			plan->target[i] += slice;
	}
}

void
rs_encode(const struct rs *rs, size_t size, uint8_t *const shard[])
{
	struct plan plan = {.count = rs->total - rs->need};
	unsigned i;

	for (i = 0; i < rs->need; i++)
		plan.source[i] = shard[i];
	for (i = 0; i < plan.count; i++)
		plan.target[i] = shard[rs->need + i];
	if (plan.count > 0)
		run(rs->need, rs->tables, size, &plan);
}

/* Which shards to compute from which. -1 when too few are there. */
static int
choose(const struct rs *rs, uint8_t *const shard[], const uint8_t have[],
    struct plan *plan)
{
	unsigned i, there = 0;

	plan->count = 0;
	for (i = 0; i < rs->total; i++) {
		if (have[i] && there++ < rs->need) {
			plan->source_row[there - 1] = i;
			plan->source[there - 1] = shard[i];
		} else if (!have[i] && shard[i] != NULL) {
			plan->target_row[plan->count] = i;
			plan->target[plan->count++] = shard[i];
		}
	}
	if (there < rs->need)
		return fail(FAIL_NO, "only %u shards of the %u needed", there,
		    rs->need);
	return 0;
}

/* row = row `index` of the code's matrix x inverse */
static void
multiply(const struct rs *rs, unsigned index, const uint8_t *inverse,
    uint8_t *row)
{
	const uint8_t *factor = rs->matrix + (size_t)index * rs->need;
	unsigned i, j;

	memset(row, 0, rs->need);
	for (i = 0; i < rs->need; i++, inverse += rs->need)
		for (j = 0; factor[i] != 0 && j < rs->need; j++)
			row[j] ^= gf_mul(factor[i], inverse[j]);
}

/*
 * The targets' coefficients over the sources, into `rows`: the sources are S
 * x data with the rows of the matrix as S, so a target t x data is
 * (t x S^-1) x sources. `square` and `inverse` are room for S and S^-1.
 */
static int
solve(const struct rs *rs, const struct plan *plan, uint8_t *square,
    uint8_t *inverse, uint8_t *rows)
{
	size_t need = rs->need;
	unsigned i;

	for (i = 0; i < need; i++)
		memcpy(square + i * need,
		    rs->matrix + plan->source_row[i] * need, need);
	if (gf_invert_matrix(square, inverse, (int)need) != 0)
		return fail(FAIL_DATA, "these shards do not give the others");
	for (i = 0; i < plan->count; i++)
		multiply(rs, plan->target_row[i], inverse, rows + i * need);
	return 0;
}

int
rs_rebuild(const struct rs *rs, size_t size, uint8_t *const shard[],
    const uint8_t have[])
{
	size_t need = rs->need;
	struct plan plan;
	uint8_t *room, *square, *inverse, *rows, *tables;
	int result;

	if (choose(rs, shard, have, &plan) != 0)
		return -1;
	if (plan.count == 0)
		return 0;
	room = memory_get(1,
	    2 * need * need + (1 + TABLE_SIZE) * need * plan.count);
	if (room == NULL)
		return -1;
	tables = room;
	rows = tables + TABLE_SIZE * need * plan.count;
	square = rows + need * plan.count;
	inverse = square + need * need;
	result = solve(rs, &plan, square, inverse, rows);
	if (result == 0) {
		ec_init_tables((int)need, (int)plan.count, rows, tables);
		run(rs->need, tables, size, &plan);
	}
	free(room);
	return result;
}
