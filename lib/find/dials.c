/* SPDX-License-Identifier: ISC */
#include "find/dials.h"

#include <stdlib.h>

static bool
is_wanted(const struct table *table, const struct found *found)
{
	bool young = found->refused + DIALS_AGAIN > table->now &&
	    found->refused > found->ok;

	if (found->sources & FOUND_STATIC)
		return true;
	return !young && (!found->has_id || found->trust >= FOUND_WANTED);
}

/* When it is this endpoint's turn in its network; -1: never. */
static int
turn_of(const struct table *table, const struct dials *dials,
    const struct found *found)
{
	const struct dial *other = dials->dial;
	size_t i;
	int before = 0;

	if (found->sources & FOUND_STATIC ||
	    filter_distance(table->filter, found) == 0)
		return 0;
	for (i = 0; i < dials->count; i++, other++)
		before += (other->found.sources & FOUND_STATIC) == 0 &&
		    filter_same_net(&other->found, found);
	return before < TABLE_OF_NET ? before * DIALS_APART_MS : -1;
}

static int
compare_turns(const void *a, const void *b)
{
	const struct dial *x = a, *y = b;

	return x->after_ms != y->after_ms ? x->after_ms - y->after_ms
					  : found_compare(&x->found, &y->found);
}

int
dials_plan(const struct table *table, struct dials *dials)
{
	const struct found *found;
	size_t i;
	int turn;

	*dials = (struct dials){
	    .dial = calloc(table->count + 1, sizeof(struct dial))};
	if (dials->dial == NULL)
		return fail_errno("cannot get memory");
	for (i = 0; i < table->count; i++) {
		found = &table->record[i]->found;
		if (!is_wanted(table, found))
			continue;
		turn = turn_of(table, dials, found);
		if (turn >= 0)
			dials->dial[dials->count++] =
			    (struct dial){.found = *found, .after_ms = turn};
	}
	qsort(dials->dial, dials->count, sizeof *dials->dial, compare_turns);
	return 0;
}

void
dials_release(struct dials *dials)
{
	free(dials->dial);
	*dials = (struct dials){.count = 0};
}
