/* SPDX-License-Identifier: ISC */
#include "xfer/holder.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "doc/receipt.h"
#include "peer/roster.h"

void
holder_lose(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	if (!holder->lost && !holder->full)
		holder->reason = *fail_last();
	holder->lost = true;
	pthread_mutex_unlock(&holder->lock);
}

static void
note_full(struct holder *holder, bool crammed)
{
	pthread_mutex_lock(&holder->lock);
	if (!holder->lost && !holder->full)
		holder->reason = *fail_last();
	holder->full = true;
	holder->crammed |= crammed || fail_last()->kind != FAIL_NO;
	pthread_mutex_unlock(&holder->lock);
}

bool
holder_takes(struct holder *holder)
{
	bool takes;

	pthread_mutex_lock(&holder->lock);
	takes = !holder->lost && !holder->full;
	pthread_mutex_unlock(&holder->lock);
	return takes;
}

bool
holder_mends(struct holder *holder)
{
	bool mends;

	pthread_mutex_lock(&holder->lock);
	mends = !holder->lost && !holder->crammed;
	pthread_mutex_unlock(&holder->lock);
	return mends;
}

bool
holder_usable(struct holder *holder)
{
	bool lost;

	pthread_mutex_lock(&holder->lock);
	lost = holder->lost;
	pthread_mutex_unlock(&holder->lock);
	return !lost;
}

static void
count_up(struct holder *holder, uint64_t *counter, uint64_t by)
{
	pthread_mutex_lock(&holder->lock);
	*counter += by;
	pthread_mutex_unlock(&holder->lock);
}

/* Whether the holder has said to take that many bytes more. */
static int
take_room(struct holder *holder, size_t size)
{
	uint64_t room;

	pthread_mutex_lock(&holder->lock);
	room = holder->room;
	if (room >= size)
		holder->room -= size;
	pthread_mutex_unlock(&holder->lock);
	if (room >= size)
		return 0;
	return fail(FAIL_NO, "it has room for %llu bytes, not for %zu",
	    (unsigned long long)room, size);
}

void
holder_set_room(struct holder *holder, uint64_t room)
{
	pthread_mutex_lock(&holder->lock);
	holder->room = room;
	pthread_mutex_unlock(&holder->lock);
}

unsigned
holder_epoch(struct holder *holder)
{
	return holder->calls->epoch != NULL ? holder->calls->epoch(holder) : 0;
}

static void
begin_put(struct errand *errand, const struct store_key *key, struct span bytes)
{
	struct holder *holder = errand->holder;

	errand->begun = true;
	rate_take(holder->rate, bytes.size);
	if (holder->calls->begin_put != NULL)
		errand->call = holder->calls->begin_put(holder, key, bytes,
		    &errand->answer);
}

void
holder_begin_put(struct errand *errand, struct holder *holder,
    const struct store_key *key, struct span bytes)
{
	*errand =
	    (struct errand){.holder = holder, .epoch = holder_epoch(holder)};
	if (take_room(holder, bytes.size) == 0)
		begin_put(errand, key, bytes);
}

void
holder_begin_mend(struct errand *errand, struct holder *holder,
    const struct store_key *key, struct span bytes)
{
	*errand = (struct errand){.holder = holder,
	    .epoch = holder_epoch(holder),
	    .mends = true};
	begin_put(errand, key, bytes);
}

int
holder_end_put(struct errand *errand, const struct store_key *key,
    struct span bytes)
{
	struct holder *holder = errand->holder;
	int result = 0;

	if (!errand->begun)
		result = take_room(holder, bytes.size);
	if (result == 0)
		result = holder->calls->end_put(holder, errand->call, key,
		    bytes, &errand->answer);
	answer_release(&errand->answer);
	if (result == 0) {
		count_up(holder, &holder->put_count, 1);
		count_up(holder, &holder->put_size, bytes.size);
	} else if (fail_last()->kind != FAIL_DATA) {
		note_full(holder, errand->mends);
	}
	return result;
}

int
holder_put(struct holder *holder, const struct store_key *key,
    struct span bytes)
{
	struct errand errand;

	holder_begin_put(&errand, holder, key, bytes);
	return holder_end_put(&errand, key, bytes);
}

int
holder_ask(struct holder *holder, const struct request *request,
    struct answer *answer)
{
	if (!holder_usable(holder))
		return fail_again(&holder->reason);
	if (holder->calls->ask == NULL)
		return fail(FAIL_USAGE,
		    "peer '%s' is a disk, which answers no questions",
		    holder->peer->name);
	return holder->calls->ask(holder, request, NULL, answer);
}

int
holder_counts(struct holder *holder, const struct digest *owner,
    struct counts *counts)
{
	struct request request = {.verb = VERB_INFO,
	    .owner = *owner,
	    .size = LIMIT_COUNTS};
	struct answer answer = {0};
	int result;

	*counts = (struct counts){0};
	if (holder->calls->ask == NULL)
		return 0;
	result = holder->calls->ask(holder, &request, NULL, &answer);
	if (result == 0 && answer.payload.size > 0)
		result = counts_told_decode(span_of_buf(&answer.payload),
			     counts) == 0
		    ? 1
		    : -1;
	answer_release(&answer);
	return result;
}

int
holder_take_receipt(struct holder *holder, struct span document)
{
	struct receipt receipt;
	int result;

	if (document.size == 0)
		return 0;
	if (receipt_decode(document, &holder->id, &receipt) != 0)
		return -1;
	pthread_mutex_lock(&holder->lock);
	result = buf_append(&holder->receipts, document);
	pthread_mutex_unlock(&holder->lock);
	return result;
}

int
holder_drop(struct holder *holder, struct span order)
{
	int result = holder->calls->drop(holder, order);

	if (result != 0)
		holder_lose(holder);
	return result;
}

void
holder_keep(struct holder *holder)
{
	count_up(holder, &holder->kept_count, 1);
}

int
holder_commit(struct holder *holder)
{
	int result = holder->calls->commit(holder);

	if (result != 0)
		holder_lose(holder);
	return result;
}

void
holder_begin_have(struct errand *errand, struct holder *holder,
    const struct question *question)
{
	const struct holder_calls *calls = holder->calls;

	*errand =
	    (struct errand){.holder = holder, .epoch = holder_epoch(holder)};
	if (calls->begin_have != NULL)
		errand->call =
		    calls->begin_have(holder, question, &errand->answer);
}

int
holder_end_have(struct errand *errand, const struct question *question,
    bool *there)
{
	struct holder *holder = errand->holder;
	int result = holder->calls->end_have(holder, errand->call, question,
	    &errand->answer, there);

	answer_release(&errand->answer);
	if (result != 0)
		holder_lose(holder);
	return result;
}

int
holder_have(struct holder *holder, const struct question *question, bool *there)
{
	struct errand errand;

	holder_begin_have(&errand, holder, question);
	return holder_end_have(&errand, question, there);
}

int
holder_info(struct holder *holder, const struct digest *owner,
    struct info *info)
{
	int result = holder->calls->info(holder, owner, info);

	if (result != 0)
		holder_lose(holder);
	return result;
}

void
holder_damaged(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	if (holder->damaged++ == 0)
		holder->reason = *fail_last();
	pthread_mutex_unlock(&holder->lock);
}

int
holder_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	size_t size = to->size;
	int result = holder->calls->get(holder, key, limit, to);

	if (result < 0 && holder_usable(holder))
		holder_damaged(holder);
	if (result <= 0)
		to->size = size;
	return result > 0;
}
