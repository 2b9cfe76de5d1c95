/* SPDX-License-Identifier: ISC */

/* What of all that is missing is to be done now. */

#include <stdlib.h>

#include "base/fail.h"
#include "vote/repairs.h"

static int
compare_since(const void *a, const void *b)
{
	const struct repairs_row *x = a, *y = b;

	return x->since < y->since ? -1 : x->since > y->since;
}

/* A stripe of which too little is left sorts below all margins. */
static int
margin(const struct repairs_row *row)
{
	return (int)row->intact - (int)row->need;
}

static int
compare_margin(const void *a, const void *b)
{
	const struct repairs_row *x = a, *y = b;

	if (margin(x) != margin(y))
		return margin(x) < margin(y) ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

/*
 * Whether too much has turned in one poll, which is in rows `first` to `end`:
 * who has lost most does not count, on either side.
 */
static int
check_turned(const struct repairs *repairs, size_t first, size_t end)
{
	const struct items *items = &repairs->roll->items;
	size_t lost[LIMIT_MEMBERS] = {0}, i, most = 0, others, turned;

	for (i = first; i < end; i++)
		lost[items_holder(items, repairs->row[i].item)]++;
	for (i = 0; i < items->holders; i++)
		if (lost[i] > lost[most])
			most = i;
	turned = end - first - lost[most];
	others = items_count(items) -
	    (items->first[most + 1] - items->first[most]);
	if (turned * 100 <= others * LIMIT_TURNED)
		return 0;
	fail(FAIL_NO,
	    "%zu of %zu shards turned bad or silent at once, and %zu at one "
	    "peer besides: nothing is rebuilt",
	    turned, others, lost[most]);
	return fail_hint("look for one cause, as a disk or a network that is "
			 "away; 'shard-repair -c -a' rebuilds all the same");
}

/* What turned between two polls has one time. */
static int
check_all_turned(struct repairs *repairs)
{
	size_t first, end;

	if (repairs->count > 0)
		qsort(repairs->row, repairs->count, sizeof *repairs->row,
		    compare_since);
	for (first = 0; first < repairs->count; first = end) {
		for (end = first; end < repairs->count &&
		     repairs->row[end].since == repairs->row[first].since;
		     end++)
			;
		if (check_turned(repairs, first, end) != 0)
			return -1;
	}
	return 0;
}

static bool
waits(const struct repairs *repairs, const struct repairs_row *row)
{
	return repairs->verdict[row->item] == VERDICT_SILENT &&
	    row->intact > row->need + 1 &&
	    repairs->time - row->since < REPAIRS_PATIENCE;
}

int
repairs_judge(struct repairs *repairs)
{
	size_t i, count = repairs->count;

	if (check_all_turned(repairs) != 0) {
		repairs->count = 0;
		return -1;
	}
	for (i = repairs->count = 0; i < count; i++)
		if (waits(repairs, &repairs->row[i]))
			repairs->waiting++;
		else
			repairs->row[repairs->count++] = repairs->row[i];
	if (repairs->count > 0)
		qsort(repairs->row, repairs->count, sizeof *repairs->row,
		    compare_margin);
	if (repairs->count > LIMIT_REPAIRS) {
		repairs->postponed = repairs->count - LIMIT_REPAIRS;
		repairs->count = LIMIT_REPAIRS;
	}
	for (i = 0; i < repairs->count; i++)
		repairs->due[repairs->row[i].item] = true;
	return 0;
}
