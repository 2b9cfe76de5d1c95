/* SPDX-License-Identifier: ISC */
#include "xfer/ask.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"

struct asks {
	pthread_mutex_t lock; /* of the asks, the askers and the paces */
	struct crew *crew;
	struct ask *spare; /* with their memory, to be used again */
};

struct asks *
asks_open(void)
{
	struct asks *asks = memory_get(1, sizeof *asks);

	if (asks == NULL)
		return NULL;
	asks->crew = crew_open();
	if (asks->crew == NULL) {
		free(asks);
		return NULL;
	}
	pthread_mutex_init(&asks->lock, NULL);
	return asks;
}

static bool
disk_is_silent(struct asks *asks, const struct holders *holders)
{
	const struct holder *holder = holders->holder;
	size_t i;

	for (i = 0; i < holders->count; i++, holder++)
		if (holder->calls != NULL && holder->calls->ask == NULL &&
		    ask_silence(asks, holder) > 0)
			return true;
	return false;
}

bool
asks_hang(struct asks *asks, const struct holders *holders)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	double until = clock_now() + 1;
	bool silent = false;

	while (asks != NULL && (silent = disk_is_silent(asks, holders)) &&
	    clock_now() < until)
		nanosleep(&pause, NULL);
	return silent;
}

void
asks_close(struct asks *asks, struct holders *holders)
{
	struct ask *ask;
	size_t i;

	if (asks == NULL)
		return;
	for (i = 0; i < holders->count; i++)
		if (ask_silence(asks, &holders->holder[i]) > 0)
			holders->holder[i].calls->stop(&holders->holder[i]);
	crew_close(asks->crew);
	while ((ask = asks->spare) != NULL) {
		asks->spare = ask->next;
		buf_release(&ask->bytes);
		free(ask);
	}
	pthread_mutex_destroy(&asks->lock);
	free(asks);
}

void
asker_open(struct asker *asker, struct asks *asks)
{
	*asker = (struct asker){.asks = asks};
	clock_cond_init(&asker->answered);
}

/* The lock is held. */
static void
make_spare(struct ask *ask)
{
	ask->next = ask->asks->spare;
	ask->asks->spare = ask;
}

void
asker_close(struct asker *asker)
{
	struct asks *asks = asker->asks;
	struct ask *ask, *next;

	pthread_mutex_lock(&asks->lock);
	for (ask = asker->first; ask != NULL; ask = next) {
		next = ask->next;
		ask->asker = NULL;
		if (ask->done)
			make_spare(ask);
		else if (ask->late)
			ask->holder->late = true;
	}
	pthread_mutex_unlock(&asks->lock);
	pthread_cond_destroy(&asker->answered);
}

/* A thread's job. */
static void
run(struct job *job)
{
	struct ask *ask = (struct ask *)job;
	struct asks *asks = ask->asks;

	ask->result =
	    holder_get(ask->holder, &ask->key, ask->limit, &ask->bytes);
	pthread_mutex_lock(&asks->lock);
	pace_answered(&ask->holder->pace, clock_now(), ask->began, ask->limit,
	    ask->ahead, ask->bytes.size);
	if (ask->holder->pace.open == 0)
		ask->holder->late = false;
	ask->done = true;
	if (ask->asker != NULL)
		pthread_cond_signal(&ask->asker->answered);
	else
		make_spare(ask);
	pthread_mutex_unlock(&asks->lock);
}

static struct ask *
take_spare(struct asks *asks)
{
	struct ask *ask;

	pthread_mutex_lock(&asks->lock);
	ask = asks->spare;
	if (ask != NULL)
		asks->spare = ask->next;
	pthread_mutex_unlock(&asks->lock);
	if (ask == NULL && (ask = memory_get(1, sizeof *ask)) == NULL)
		return NULL;
	*ask = (struct ask){.job.run = run, .asks = asks, .bytes = ask->bytes};
	return ask;
}

int
ask_start(struct asker *asker, struct holder *holder,
    const struct store_key *key, size_t limit, unsigned item)
{
	struct asks *asks = asker->asks;
	struct ask *ask = take_spare(asks);
	int result;

	if (ask == NULL)
		return -1;
	ask->holder = holder;
	ask->key = *key;
	ask->limit = limit;
	ask->item = item;
	pthread_mutex_lock(&asks->lock);
	result = crew_call(asks->crew, &ask->job);
	if (result == 0) {
		ask->began = clock_now();
		ask->late_at =
		    pace_asked(&holder->pace, ask->began, limit, &ask->ahead);
		ask->asker = asker;
		ask->next = asker->first;
		asker->first = ask;
		asker->open++;
	} else {
		make_spare(ask);
	}
	pthread_mutex_unlock(&asks->lock);
	return result;
}

void
ask_release(struct ask *ask)
{
	struct asks *asks = ask->asks;

	pthread_mutex_lock(&asks->lock);
	make_spare(ask);
	pthread_mutex_unlock(&asks->lock);
}

/* Take out one that has its answer. */
static struct ask *
take_done(struct asker *asker)
{
	struct ask **at, *ask;

	for (at = &asker->first; (ask = *at) != NULL; at = &ask->next)
		if (ask->done) {
			*at = ask->next;
			asker->open--;
			asker->late -= ask->late;
			break;
		}
	return ask;
}

/* Count who is late by now; returns when the next one will be. */
static double
count_late(struct asker *asker)
{
	double time = clock_now(), next = INFINITY;
	struct ask *ask;

	for (ask = asker->first; ask != NULL; ask = ask->next) {
		if (ask->late)
			continue;
		ask->late = ask->late_at <= time;
		asker->late += ask->late;
		if (!ask->late && ask->late_at < next)
			next = ask->late_at;
	}
	return next;
}

static void
wait_until(struct asker *asker, double time)
{
	if (isinf(time))
		pthread_cond_wait(&asker->answered, &asker->asks->lock);
	else
		clock_cond_wait(&asker->answered, &asker->asks->lock, time);
}

struct ask *
ask_wait(struct asker *asker)
{
	unsigned late = asker->late;
	struct ask *ask;
	double next;

	pthread_mutex_lock(&asker->asks->lock);
	while ((ask = take_done(asker)) == NULL) {
		next = count_late(asker);
		if (asker->late > late)
			break;
		wait_until(asker, next);
	}
	pthread_mutex_unlock(&asker->asks->lock);
	return ask;
}

double
ask_cost(struct asks *asks, const struct holder *holder, size_t size)
{
	double cost;

	pthread_mutex_lock(&asks->lock);
	cost = pace_cost(&holder->pace, clock_now(), size);
	pthread_mutex_unlock(&asks->lock);
	return cost;
}

double
ask_silence(struct asks *asks, const struct holder *holder)
{
	double silence;

	pthread_mutex_lock(&asks->lock);
	silence = pace_silence(&holder->pace, clock_now());
	pthread_mutex_unlock(&asks->lock);
	return silence;
}
