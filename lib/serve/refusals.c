/* SPDX-License-Identifier: ISC */
#include "serve/refusals.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/event.h"
#include "base/shared.h"
#include "serve/budget.h"

#define MINUTE_MS 60000

struct refusals {
	struct budget *lines;
	_Atomic uint64_t untold;
	uint64_t summed; /* when, by event_clock; the daemon's */
};

struct refusals *
refusals_open(void)
{
	struct refusals *refusals = shared_memory(sizeof *refusals);

	if (refusals == NULL)
		return NULL;
	refusals->lines = budget_open(REFUSALS_A_MINUTE);
	return refusals->lines == NULL ? NULL : refusals;
}

bool
refusals_tell(struct refusals *refusals, uint64_t now_ms)
{
	if (refusals == NULL || budget_take(refusals->lines, 1, now_ms))
		return true;
	atomic_fetch_add(&refusals->untold, 1);
	return false;
}

void
refusals_sum_up(struct refusals *refusals, uint64_t now_ms, bool at_end)
{
	uint64_t untold;
	char text[64];

	if (!at_end && now_ms < refusals->summed + MINUTE_MS)
		return;
	refusals->summed = now_ms;
	untold = atomic_exchange(&refusals->untold, 0);
	if (untold == 0)
		return;
	snprintf(text, sizeof text, "%" PRIu64 " more like it", untold);
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "connect",
	    .outcome = text});
}
