/* SPDX-License-Identifier: ISC */
#include "xfer/lag.h"

#include "base/clock.h"
#include "xfer/holder.h"

#define LAG_US 15000000 /* in all: the time that a dead one is given */
#define LAG_EACH_US 1000000

/* Several wait side by side, and a second of all of them is one. */
void
lag_note(struct lag *lag, uint64_t began_us)
{
	uint64_t now = clock_us(), until = atomic_exchange(&lag->until, now);

	atomic_fetch_add(&lag->answers, 1);
	if (until < began_us)
		until = began_us;
	if (until < now)
		atomic_fetch_add(&lag->us, now - until);
}

/* Those other than this one that take something. */
static size_t
count_others(struct holders *holders, const struct holder *holder)
{
	size_t i, count = 0;

	for (i = 0; i < holders->count; i++)
		count += &holders->holder[i] != holder &&
		    holder_takes(&holders->holder[i]);
	return count;
}

static void
judge(struct holders *holders, struct holder *holder, size_t enough)
{
	uint64_t us = atomic_load(&holder->lag.us),
		 answers = atomic_load(&holder->lag.answers);

	if (us < LAG_US || us < answers * LAG_EACH_US ||
	    !holder_usable(holder) || count_others(holders, holder) < enough)
		return;
	fail(FAIL_SYSTEM,
	    "it takes %llu s to say what it has, and the others are enough",
	    (unsigned long long)(us / answers / 1000000));
	holder_lose(holder);
	if (holder->calls->stop != NULL)
		holder->calls->stop(holder);
}

void
lag_judge(struct holders *holders, size_t enough)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		judge(holders, &holders->holder[i], enough);
}
