/* SPDX-License-Identifier: ISC */
#include "base/crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/thread.h"

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t called;
	struct job *first, *last; /* in line for a thread */
	size_t in_line, idle, count;
	pthread_t *thread;
	bool stopping;
};

struct crew *
crew_open(void)
{
	struct crew *crew = memory_get(1, sizeof *crew);

	if (crew == NULL)
		return NULL;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->called, NULL);
	return crew;
}

/* The next in line; NULL when no more will come. The lock is held. */
static struct job *
next_job(struct crew *crew)
{
	struct job *job;

	crew->idle++;
	while (crew->first == NULL && !crew->stopping)
		pthread_cond_wait(&crew->called, &crew->lock);
	crew->idle--;
	job = crew->first;
	if (job != NULL) {
		crew->first = job->behind;
		crew->in_line--;
	}
	return job;
}

static void *
run_all(void *argument)
{
	struct crew *crew = argument;
	struct job *job;

	pthread_mutex_lock(&crew->lock);
	while ((job = next_job(crew)) != NULL) {
		pthread_mutex_unlock(&crew->lock);
		job->run(job);
		pthread_mutex_lock(&crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static int
add_thread(struct crew *crew)
{
	pthread_t *grown =
	    memory_more(crew->thread, crew->count + 1, sizeof *grown);

	if (grown == NULL)
		return -1;
	crew->thread = grown;
	if (thread_start(&grown[crew->count], run_all, crew) != 0)
		return -1;
	crew->count++;
	return 0;
}

int
crew_call(struct crew *crew, struct job *job)
{
	int result = 0;

	pthread_mutex_lock(&crew->lock);
	if (crew->in_line >= crew->idle && add_thread(crew) != 0 &&
	    crew->count == 0)
		result = -1;
	if (result == 0) {
		job->behind = NULL;
		if (crew->first == NULL)
			crew->first = job;
		else
			crew->last->behind = job;
		crew->last = job;
		crew->in_line++;
		pthread_cond_signal(&crew->called);
	}
	pthread_mutex_unlock(&crew->lock);
	return result;
}

void
crew_close(struct crew *crew)
{
	size_t i;

	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->stopping = true;
	pthread_cond_broadcast(&crew->called);
	pthread_mutex_unlock(&crew->lock);
	for (i = 0; i < crew->count; i++)
		pthread_join(crew->thread[i], NULL);
	pthread_cond_destroy(&crew->called);
	pthread_mutex_destroy(&crew->lock);
	free(crew->thread);
	free(crew);
}
