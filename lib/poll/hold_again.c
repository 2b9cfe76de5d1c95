/* SPDX-License-Identifier: ISC */
#include "poll/hold_again.h"

#include <stdlib.h>

#include "base/memory.h"
#include "poll/kept.h"
#include "poll/past.h"
#include "vote/findings.h"

/* Whether that certificate holds, and has items. */
static bool
is_open(struct past *past, const struct hold *hold, uint64_t time)
{
	return past_open(past, hold->kept, &hold->owner, time,
		   span_of_buf(&hold->members)) == 0 &&
	    items_count(&past->settled.roll.items) > 0;
}

/*
 * What the poll behind that one asks again; nothing behind none. How many
 * pieces the old one asked for is not known: as many as this one.
 */
static int
turn(struct hold *hold, const struct past *past, const struct roll *now)
{
	const struct tally *tally = &past->settled.tally;
	struct asking asked = {tally->seed, hold->samples,
	    span_of_buf(&hold->again)};

	if (past->certificate.size == 0)
		return 0;
	return again_turn(&past->settled.roll, tally->verdict, &asked, now,
	    &hold->again);
}

/* From the oldest to the newest: at most two of them are in memory. */
static int
turn_all(struct hold *hold, const struct kept *kept, struct past past[2])
{
	unsigned old = 0;
	size_t i;

	for (i = kept->count; i-- > 0;) {
		if (is_open(&past[!old], hold, kept->time[i])) {
			if (turn(hold, &past[old], &past[!old].settled.roll) !=
			    0)
				return -1;
			old = !old;
		}
		past_close(&past[!old]);
	}
	return turn(hold, &past[old], &hold->roll);
}

int
hold_again_find(struct hold *hold)
{
	struct past *past;
	struct kept kept;
	int result;

	if (hold->kept == NULL)
		return 0;
	past = memory_get(2, sizeof *past);
	if (past == NULL)
		return -1;
	kept_list(hold->kept, &hold->owner, &kept);
	result = turn_all(hold, &kept, past);
	past_close(&past[0]);
	past_close(&past[1]);
	free(past);
	return result;
}
