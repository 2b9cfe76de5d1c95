/* SPDX-License-Identifier: ISC */
#include "xfer/counts.h"

#include "base/shared.h"

const uint64_t counts_bucket_ms[COUNTS_BUCKETS] = {1, 5, 25, 100, 500, 2500,
    10000, UINT64_MAX};

struct counts *
counts_open(void)
{
	return shared_memory(sizeof(struct counts));
}

void
counts_connection(struct counts *counts, bool welcome)
{
	if (counts != NULL)
		atomic_fetch_add(welcome ? &counts->welcome : &counts->refused,
		    1);
}

void
counts_begin(struct counts *counts)
{
	if (counts != NULL)
		atomic_fetch_add(&counts->in_flight, 1);
}

void
counts_end(struct counts *counts, const struct counted *counted)
{
	struct verb_counts *verb;
	unsigned status = counted->status;
	size_t i = 0;

	if (counts == NULL)
		return;
	verb = &counts->verb[counted->verb];
	while (counted->ms > counts_bucket_ms[i])
		i++;
	if (status >= COUNTS_OUTCOMES)
		status = COUNTS_OUTCOMES - 1;
	atomic_fetch_add(&verb->bucket[i], 1);
	atomic_fetch_add(&verb->ms, counted->ms);
	atomic_fetch_add(&verb->outcome[status], 1);
	atomic_fetch_add(&verb->in, counted->in);
	atomic_fetch_add(&verb->out, counted->out);
	atomic_fetch_sub(&counts->in_flight, 1);
}

void
counts_idle(struct counts *counts)
{
	counts->in_flight = 0;
}

/* Over all verbs: of the outcomes from `first` on. */
static uint64_t
sum_outcomes(const struct counts *counts, size_t first)
{
	uint64_t sum = 0;
	size_t verb, i;

	for (verb = 0; verb < VERB_COUNT; verb++)
		for (i = first; i < COUNTS_OUTCOMES; i++)
			sum += counts->verb[verb].outcome[i];
	return sum;
}

uint64_t
counts_requests(const struct counts *counts)
{
	return sum_outcomes(counts, 0);
}

uint64_t
counts_errors(const struct counts *counts)
{
	return sum_outcomes(counts, 1);
}
