/* SPDX-License-Identifier: ISC */
#include "base/ring.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/thread.h"

enum slot_state {
	SLOT_EMPTY,
	SLOT_FILLED,
	SLOT_BUSY,
	SLOT_DONE,
	SLOT_FAILED,
	SLOT_END
};

struct run {
	const struct ring *ring;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum slot_state *state;
	struct failure *failure;
	size_t next_work; /* the number of the next slot to be worked on */
	bool stopped;	  /* nobody drains any more */
};

static void *
slot_at(const struct run *run, size_t number)
{
	const struct ring *ring = run->ring;

	return (char *)ring->slots + number % ring->count * ring->slot_size;
}

static enum slot_state
state_of(const struct run *run, size_t number)
{
	return run->state[number % run->ring->count];
}

static void
set_state(struct run *run, size_t number, enum slot_state state)
{
	pthread_mutex_lock(&run->lock);
	run->state[number % run->ring->count] = state;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
}

static void
set_failed(struct run *run, size_t number)
{
	run->failure[number % run->ring->count] = *fail_last();
	set_state(run, number, SLOT_FAILED);
}

/* False when the run has stopped and the slot will never be empty. */
static bool
wait_empty(struct run *run, size_t number)
{
	bool stopped;

	pthread_mutex_lock(&run->lock);
	while (!run->stopped && state_of(run, number) != SLOT_EMPTY)
		pthread_cond_wait(&run->changed, &run->lock);
	stopped = run->stopped;
	pthread_mutex_unlock(&run->lock);
	return !stopped;
}

static void *
fill_all(void *argument)
{
	struct run *run = argument;
	size_t number;
	int got = 1, unused;

	for (number = 0; got > 0 && wait_empty(run, number); number++) {
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &unused);
		got = run->ring->fill(run->ring->context, slot_at(run, number));
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &unused);
		if (got > 0)
			set_state(run, number, SLOT_FILLED);
		else if (got == 0)
			set_state(run, number, SLOT_END);
		else
			set_failed(run, number);
	}
	return NULL;
}

/* Take the next filled slot in order; false when no more will come. */
static bool
claim(struct run *run, size_t *number)
{
	bool claimed = false;

	pthread_mutex_lock(&run->lock);
	while (!run->stopped &&
	    (state_of(run, run->next_work) == SLOT_EMPTY ||
		state_of(run, run->next_work) == SLOT_DONE ||
		state_of(run, run->next_work) == SLOT_BUSY))
		pthread_cond_wait(&run->changed, &run->lock);
	if (!run->stopped && state_of(run, run->next_work) == SLOT_FILLED) {
		*number = run->next_work++;
		run->state[*number % run->ring->count] = SLOT_BUSY;
		claimed = true;
	}
	pthread_mutex_unlock(&run->lock);
	return claimed;
}

static void *
work_all(void *argument)
{
	struct run *run = argument;
	size_t number;

	while (claim(run, &number)) {
		if (run->ring->work(run->ring->context, slot_at(run, number)) ==
		    0)
			set_state(run, number, SLOT_DONE);
		else
			set_failed(run, number);
	}
	return NULL;
}

/* Wait for slot `number` to be worked on; returns its last state. */
static enum slot_state
wait_worked(struct run *run, size_t number)
{
	enum slot_state state;

	pthread_mutex_lock(&run->lock);
	while ((state = state_of(run, number)) < SLOT_DONE)
		pthread_cond_wait(&run->changed, &run->lock);
	pthread_mutex_unlock(&run->lock);
	return state;
}

static int
drain_all(struct run *run)
{
	enum slot_state state;
	size_t number;

	for (number = 0;; number++) {
		state = wait_worked(run, number);
		if (state == SLOT_END)
			return 0;
		if (state == SLOT_FAILED)
			return fail_again(
			    &run->failure[number % run->ring->count]);
		if (run->ring->drain(run->ring->context,
			slot_at(run, number)) != 0)
			return -1;
		set_state(run, number, SLOT_EMPTY);
	}
}

static void
stop(struct run *run)
{
	pthread_mutex_lock(&run->lock);
	run->stopped = true;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
}

static int
run_threads(struct run *run, pthread_t *thread)
{
	unsigned started = 0, workers = run->ring->workers;
	int result;

	result = thread_start(&thread[0], fill_all, run);
	if (result != 0)
		return -1;
	while (result == 0 && started < workers) {
		result = thread_start(&thread[1 + started], work_all, run);
		started += result == 0;
	}
	if (result == 0)
		result = drain_all(run);
	stop(run);
	if (result != 0)
		pthread_cancel(thread[0]);
	for (workers = 0; workers <= started; workers++)
		pthread_join(thread[workers], NULL);
	return result;
}

int
ring_run(const struct ring *ring)
{
	struct run run = {.ring = ring};
	pthread_t *thread;
	int result = -1;

	assert(ring->count > 0 && ring->workers > 0);
	run.state = memory_get(ring->count, sizeof *run.state);
	run.failure = memory_get(ring->count, sizeof *run.failure);
	thread = memory_get(1 + (size_t)ring->workers, sizeof *thread);
	pthread_mutex_init(&run.lock, NULL);
	pthread_cond_init(&run.changed, NULL);
	if (run.state != NULL && run.failure != NULL && thread != NULL)
		result = run_threads(&run, thread);
	pthread_cond_destroy(&run.changed);
	pthread_mutex_destroy(&run.lock);
	free(thread);
	free(run.failure);
	free(run.state);
	return result;
}

unsigned
ring_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}
