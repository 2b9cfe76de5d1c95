/* SPDX-License-Identifier: ISC */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

/* A program that we start, read from, and ask how it ended. */

#include <stdbool.h>
#include <sys/types.h>

struct child {
	const char *name; /* argv[0], which must outlive it */
	pid_t pid;
	int out;    /* its standard output, or both ways to it */
	bool asked; /* child_end has sent it SIGTERM */
};

/* Start argv[0], found by PATH; it keeps our stdin and stderr. */
int child_start(struct child *child, char *const argv[]);

/* The same, its stdin and stdout being one socket: `out`. */
int child_start_duplex(struct child *child, char *const argv[]);

/* Close `out` and wait. -1 (FAIL_SYSTEM) unless it exited with 0. */
int child_wait(struct child *child);

/* The same, for a status that means something: 0 to 255, or -1. */
int child_status(struct child *child);

/*
 * Like child_wait, for one that may hang: 3 s after `out` was closed it is
 * asked to end (SIGTERM), a second later it is killed.
 */
int child_end(struct child *child);

#endif
