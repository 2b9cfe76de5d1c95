/* SPDX-License-Identifier: ISC */
/* A crew: every job runs, also while others do not end. */
#include "base/crew.h"

#include <pthread.h>

#include "check.h"

#define MANY 200

struct task {
	struct job job;
	bool blocks, done;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool open;    /* those that block may go on */
static unsigned ran; /* jobs that have ended */

static void
run(struct job *job)
{
	struct task *task = (struct task *)job;

	pthread_mutex_lock(&lock);
	while (task->blocks && !open)
		pthread_cond_wait(&changed, &lock);
	task->done = true;
	ran++;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void
wait_for(unsigned count)
{
	pthread_mutex_lock(&lock);
	while (ran < count)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

/* Ten that block keep none of the others from ending. */
static void
test_blocked(void)
{
	static struct task task[MANY];
	struct crew *crew = crew_open();
	unsigned i, blocked = 10;

	must(crew != NULL, "a crew");
	for (i = 0; i < MANY; i++) {
		task[i] = (struct task){.job.run = run, .blocks = i < blocked};
		must(crew_call(crew, &task[i].job) == 0, "a job");
	}
	wait_for(MANY - blocked);
	for (i = 0; i < MANY; i++)
		check(task[i].done == (i >= blocked), "job %u", i);
	pthread_mutex_lock(&lock);
	open = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	crew_close(crew);
	check(ran == MANY, "%u of %d have run at the end", ran, MANY);
}

int
main(void)
{
	test_blocked();
	crew_close(crew_open());
	crew_close(NULL);
	return failures != 0;
}
