/* SPDX-License-Identifier: ISC */
#include "xfer/holder.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "peer/roster.h"
#include "xfer/errand.h"

void
holder_lose(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	if (!holder->lost && !holder->full)
		holder->reason = *fail_last();
	holder->lost = true;
	pthread_mutex_unlock(&holder->lock);
}

void
holder_fill(struct holder *holder, bool crammed)
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

int
holder_take_room(struct holder *holder, size_t size)
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

int
holder_put(struct holder *holder, const struct store_key *key,
    struct span bytes)
{
	struct errand errand;

	errand_begin_put(&errand, holder, key, bytes);
	return errand_end_put(&errand, key, bytes);
}

int
holder_have(struct holder *holder, const struct question *question, bool *there)
{
	struct errand errand;

	errand_begin_have(&errand, holder, question);
	return errand_end_have(&errand, question, there);
}

bool
holder_has_papers(struct holder *holder)
{
	return holder_usable(holder) && holder->shelves > STORE_RECEIPTS;
}

void
holder_put_paper(struct holder *holder, const struct store_key *key,
    struct span bytes)
{
	struct answer answer = {0};

	if (holder->calls->end_put(holder, NULL, key, bytes, &answer) != 0)
		log_line(LOG_DETAIL, "peer '%s' does not take a paper: %s",
		    holder->peer->name, fail_last()->text);
	answer_release(&answer);
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
holder_keep_receipt(struct holder *holder, struct span document)
{
	int result;

	pthread_mutex_lock(&holder->lock);
	result = buf_append(&holder->receipts, document);
	pthread_mutex_unlock(&holder->lock);
	return result;
}

int
holder_drop(struct holder *holder, struct span order)
{
	int result = holder->calls->drop(holder, order);

	if (result != 0 && fail_last()->kind != FAIL_NO)
		holder_lose(holder);
	return result;
}

void
holder_keep(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	holder->kept_count++;
	pthread_mutex_unlock(&holder->lock);
}

void
holder_count_put(struct holder *holder, size_t size)
{
	pthread_mutex_lock(&holder->lock);
	holder->put_count++;
	holder->put_size += size;
	pthread_mutex_unlock(&holder->lock);
}

int
holder_commit(struct holder *holder)
{
	int result = holder->calls->commit(holder);

	if (result != 0)
		holder_lose(holder);
	return result;
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
	int result;

	to->size = 0;
	result = holder->calls->get(holder, key, limit, to);
	if (result < 0 && holder_usable(holder))
		holder_damaged(holder);
	if (result <= 0)
		to->size = 0;
	return result > 0;
}
