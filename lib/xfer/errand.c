/* SPDX-License-Identifier: ISC */
#include "xfer/errand.h"

#include "base/clock.h"
#include "base/fail.h"

static void
begin_put(struct errand *errand, const struct store_key *key, struct span bytes)
{
	struct holder *holder = errand->holder;

	errand->begun = true;
	atomic_fetch_add(&holder->lag.busy, 1);
	rate_take(holder->rate, bytes.size);
	if (holder->calls->begin_put != NULL)
		errand->call = holder->calls->begin_put(holder, key, bytes,
		    &errand->answer);
}

void
errand_begin_put(struct errand *errand, struct holder *holder,
    const struct store_key *key, struct span bytes)
{
	*errand =
	    (struct errand){.holder = holder, .epoch = holder_epoch(holder)};
	if (holder_take_room(holder, bytes.size) == 0)
		begin_put(errand, key, bytes);
}

void
errand_begin_mend(struct errand *errand, struct holder *holder,
    const struct store_key *key, struct span bytes)
{
	*errand = (struct errand){.holder = holder,
	    .epoch = holder_epoch(holder),
	    .mends = true};
	begin_put(errand, key, bytes);
}

int
errand_end_put(struct errand *errand, const struct store_key *key,
    struct span bytes)
{
	struct holder *holder = errand->holder;
	int result = 0;

	if (!errand->begun)
		result = holder_take_room(holder, bytes.size);
	if (result == 0)
		result = holder->calls->end_put(holder, errand->call, key,
		    bytes, &errand->answer);
	answer_release(&errand->answer);
	if (errand->begun)
		atomic_fetch_sub(&holder->lag.busy, 1);
	if (result == 0) {
		holder_count_put(holder, bytes.size);
	} else if (fail_last()->kind != FAIL_DATA) {
		holder_fill(holder, errand->mends);
	}
	return result;
}

void
errand_begin_have(struct errand *errand, struct holder *holder,
    const struct question *question)
{
	const struct holder_calls *calls = holder->calls;

	*errand =
	    (struct errand){.holder = holder, .epoch = holder_epoch(holder)};
	errand->prompt = !question->check &&
	    atomic_load(&holder->lag.busy) == 0 &&
	    atomic_load(&holder->called) == 0;
	if (calls->begin_have != NULL)
		errand->call =
		    calls->begin_have(holder, question, &errand->answer);
}

int
errand_end_have(struct errand *errand, const struct question *question,
    bool *there)
{
	struct holder *holder = errand->holder;
	uint64_t began = clock_us();
	int result = holder->calls->end_have(holder, errand->call, question,
	    &errand->answer, there);

	if (errand->prompt)
		lag_note(&holder->lag, began);
	answer_release(&errand->answer);
	if (result != 0)
		holder_lose(holder);
	return result;
}
