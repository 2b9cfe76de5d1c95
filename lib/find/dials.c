/* SPDX-License-Identifier: ISC */
#include "find/dials.h"

#include <stdlib.h>

#include "base/memory.h"

static uint64_t
rest_of(const struct found *found)
{
	uint64_t rest = DIALS_AGAIN;
	unsigned i;

	for (i = 1; i < found->failures && rest < DIALS_AGAIN_MOST; i++)
		rest *= 2;
	return rest < DIALS_AGAIN_MOST ? rest : DIALS_AGAIN_MOST;
}

/* What was proved in this run need not be proved again. */
static bool
is_wanted(const struct table *table, const struct found *found)
{
	bool rests = found->refused > found->ok &&
	    found->refused + rest_of(found) > table->now;

	if (found->trust == FOUND_PROVED)
		return false;
	if (found->sources & FOUND_STATIC)
		return true;
	return !rests && (!found->has_id || found->trust >= FOUND_WANTED);
}

/* Whether somebody was knocked at there in this run, by a stranger's word. */
static bool
was_dialled(const struct table *table, const struct found *found)
{
	return (found->sources & FOUND_STATIC) == 0 &&
	    (found->ok >= table->now || found->refused >= table->now);
}

/* When it is this endpoint's turn in its network; -1: never. */
static int
turn_of(const struct table *table, const struct dials *dials,
    const struct found *found)
{
	const struct found *other;
	size_t i;
	int before = 0;

	if (found->sources & FOUND_STATIC ||
	    filter_distance(table->filter, found) == 0)
		return 0;
	for (i = 0; i < dials->count; i++) {
		other = &dials->dial[i].found;
		before += (other->sources & FOUND_STATIC) == 0 &&
		    filter_same_net(other, found);
	}
	for (i = 0; i < table->count; i++) {
		other = &table->record[i]->found;
		before += was_dialled(table, other) &&
		    filter_same_net(other, found);
	}
	return before < TABLE_OF_NET ? before * DIALS_APART_MS : -1;
}

static int
compare_turns(const void *a, const void *b)
{
	const struct dial *x = a, *y = b;

	if (x->after_ms != y->after_ms)
		return x->after_ms - y->after_ms;
	if (x->found.has_id != y->found.has_id)
		return x->found.has_id ? -1 : 1;
	return found_compare(&x->found, &y->found);
}

int
dials_init(struct dials *dials, const struct table *table)
{
	*dials = (struct dials){
	    .dial = memory_get(table->count + 1, sizeof(struct dial))};
	return dials->dial != NULL ? 0 : -1;
}

bool
dials_add(struct dials *dials, const struct table *table,
    const struct found *found)
{
	int turn = is_wanted(table, found) ? turn_of(table, dials, found) : -1;

	if (turn >= 0)
		dials->dial[dials->count++] =
		    (struct dial){.found = *found, .after_ms = turn};
	return turn >= 0;
}

/* Those that say whose they are first, so that they have the first turns. */
int
dials_plan(const struct table *table, struct dials *dials)
{
	size_t i;
	int named;

	if (dials_init(dials, table) != 0)
		return -1;
	for (named = 1; named >= 0; named--)
		for (i = 0; i < table->count; i++)
			if (table->record[i]->found.has_id == named)
				dials_add(dials, table,
				    &table->record[i]->found);
	qsort(dials->dial, dials->count, sizeof *dials->dial, compare_turns);
	return 0;
}

void
dials_release(struct dials *dials)
{
	free(dials->dial);
	*dials = (struct dials){.count = 0};
}
