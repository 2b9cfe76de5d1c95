/* SPDX-License-Identifier: ISC */
#include "base/ticker.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"

struct ticker {
	int ms;
	void (*tick)(void *context);
	void *context;

	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	bool stopping;
};

/* Wait for the next tick. The lock is held. */
static void
wait(struct ticker *ticker)
{
	double next = clock_now() + ticker->ms * 1e-3;

	while (!ticker->stopping &&
	    clock_cond_wait(&ticker->changed, &ticker->lock, next) == 0)
		;
}

static void *
run(void *argument)
{
	struct ticker *ticker = argument;

	pthread_mutex_lock(&ticker->lock);
	while (!ticker->stopping) {
		wait(ticker);
		if (!ticker->stopping)
			ticker->tick(ticker->context);
	}
	pthread_mutex_unlock(&ticker->lock);
	return NULL;
}

static void
release(struct ticker *ticker)
{
	pthread_cond_destroy(&ticker->changed);
	pthread_mutex_destroy(&ticker->lock);
	free(ticker);
}

struct ticker *
ticker_start(int ms, void (*tick)(void *context), void *context)
{
	struct ticker *ticker = memory_get(1, sizeof *ticker);

	if (ticker == NULL)
		return NULL;
	ticker->ms = ms;
	ticker->tick = tick;
	ticker->context = context;
	clock_cond_init(&ticker->changed);
	pthread_mutex_init(&ticker->lock, NULL);
	if (thread_start(&ticker->thread, run, ticker) == 0)
		return ticker;
	release(ticker);
	return NULL;
}

void
ticker_stop(struct ticker *ticker)
{
	if (ticker == NULL)
		return;
	pthread_mutex_lock(&ticker->lock);
	ticker->stopping = true;
	pthread_cond_signal(&ticker->changed);
	pthread_mutex_unlock(&ticker->lock);
	pthread_join(ticker->thread, NULL);
	release(ticker);
}
