/* SPDX-License-Identifier: ISC */
#ifndef FIND_WORKER_H
#define FIND_WORKER_H

/*
 * The process of a source, which writes to a pipe. With it, everything that it
 * has started in its process group is ended, however it ends itself, and also
 * when we are killed while a command runs: nothing stays behind.
 */

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct source;

struct worker {
	pid_t pid; /* 0: none */
	int out;   /* what it writes; -1 */
};

/*
 * From now on, SIGHUP, SIGINT, SIGQUIT and SIGTERM wait, those of them that
 * are not ignored: the descriptor is readable when one has come. -1.
 */
int worker_hold_signals(sigset_t *before);

/* And now they do what they do. */
void worker_let_signals(int held, const sigset_t *before);

/* Start it, with the signals as they were before. -1 (FAIL_SYSTEM). */
int worker_start(struct worker *worker, const struct source *source,
    const sigset_t *before);

/*
 * It has closed its output and has a moment to exit, or is to be `killed`
 * here. What waitpid(2) says of it; -1 when it had to be killed.
 */
int worker_end(struct worker *worker, bool killed);

#endif
