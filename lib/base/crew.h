/* SPDX-License-Identifier: ISC */
#ifndef BASE_CREW_H
#define BASE_CREW_H

/*
 * Threads for what may block for long: every job that is handed over begins
 * at once, in an idle thread or in a new one; when there can be no new one, as
 * soon as another job has ended.
 */

struct crew;

/* The first member of whatever the job is about; it belongs to the caller. */
struct job {
	struct job *behind;
	void (*run)(struct job *job);
};

/* NULL when memory has run out. */
struct crew *crew_open(void);

/* -1 when there cannot even be one thread: the job will not be run. */
int crew_call(struct crew *crew, struct job *job);

/* Wait until all jobs have been run, and end the threads. */
void crew_close(struct crew *crew);

#endif
