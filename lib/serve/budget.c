/* SPDX-License-Identifier: ISC */
#include "serve/budget.h"

#include "base/shared.h"

#define MINUTE_MS 60000

struct budget *
budget_open(uint64_t a_minute)
{
	struct budget *budget = shared_memory(sizeof *budget);

	if (budget != NULL)
		budget->a_minute = a_minute;
	return budget;
}

bool
budget_take(struct budget *budget, uint64_t much, uint64_t now_ms)
{
	uint64_t minute = now_ms / MINUTE_MS;
	uint64_t taken;

	if (atomic_exchange(&budget->minute, minute) != minute)
		atomic_store(&budget->taken, 0);
	taken = atomic_load(&budget->taken);
	do {
		if (taken >= budget->a_minute)
			return false;
	} while (!atomic_compare_exchange_weak(&budget->taken, &taken,
	    taken + much));
	return true;
}
