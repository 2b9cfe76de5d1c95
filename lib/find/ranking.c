/* SPDX-License-Identifier: ISC */
#include "find/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "crypto/secret.h"

#define LOTS 64

/* What counts, in this order; smaller is better. */
struct merit {
	uint64_t of[9];
	const struct found *found;
	struct table_record *record;
};

static bool
is_refused(const struct found *found, uint64_t now)
{
	return found->refused > found->ok &&
	    found->refused + RANKING_PENALTY > now;
}

static unsigned
past(const struct found *found)
{
	if (found->refused > found->ok)
		return 2;
	return found->ok > 0 ? 0 : 1;
}

/*
 * When it is the turn of a weight, if those of one priority are drawn by their
 * weights, one after the other (RFC 2782; Efraimidis and Spirakis 2006 show
 * that this is it). A weight of 0 is drawn last.
 */
static uint64_t
turn_of(const struct table *table, const struct table_record *record)
{
	unsigned weight = record->found.weight;
	double chance = (record->lot + 0.5) / (UINT32_MAX + 1.0);

	if (table->sorted)
		return UINT16_MAX - weight;
	return weight == 0 ? UINT64_MAX
			   : (uint64_t)(-log(chance) / weight * 1e12);
}

static struct merit
merit_of(const struct table *table, struct table_record *record)
{
	const struct found *found = &record->found;

	return (struct merit){
	    .of = {is_refused(found, table->now), FOUND_PROVED - found->trust,
		found->sources & FOUND_STALE, past(found),
		filter_distance(table->filter, found), found->priority,
		turn_of(table, record),
		found->rtt_us ? found->rtt_us : UINT32_MAX, record->lot},
	    .found = found,
	    .record = record,
	};
}

static int
compare(const void *a, const void *b)
{
	const struct merit *x = a, *y = b;
	size_t i;

	for (i = 0; i < sizeof x->of / sizeof *x->of; i++)
		if (x->of[i] != y->of[i])
			return x->of[i] < y->of[i] ? -1 : 1;
	return found_compare(x->found, y->found);
}

/* Many at a time, since each time the kernel is asked costs a microsecond. */
static int
draw_lots(const struct table *table)
{
	uint32_t lot[LOTS];
	size_t i;

	for (i = 0; i < table->count && !table->sorted; i++) {
		if (i % LOTS == 0 && secret_random_bytes(lot, sizeof lot) != 0)
			return -1;
		table->record[i]->lot = lot[i % LOTS];
	}
	return 0;
}

int
ranking_list(const struct table *table, struct table_record **list)
{
	struct merit *merit;
	size_t i;

	if (draw_lots(table) != 0)
		return -1;
	merit = memory_get(table->count + 1, sizeof *merit);
	if (merit == NULL)
		return -1;
	for (i = 0; i < table->count; i++)
		merit[i] = merit_of(table, table->record[i]);
	qsort(merit, table->count, sizeof *merit, compare);
	for (i = 0; i < table->count; i++)
		list[i] = merit[i].record;
	free(merit);
	return 0;
}
