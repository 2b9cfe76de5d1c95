/* SPDX-License-Identifier: ISC */
#ifndef SERVE_CHORES_H
#define SERVE_CHORES_H

/*
 * What a daemon does from time to time: delete what was held back for as long
 * as was promised when it was dropped, read all that is in the store, clear up
 * after a process that died, each in a process of its own (serve/chore.h); and
 * write its metrics down. What goes wrong is logged and tried again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct daemon;
struct store;

enum {
	CHORES_PURGE,
	CHORES_SCRUB,
	CHORES_BURY,
	CHORES_KINDS
};

struct chores {
	const struct daemon *daemon;
	struct store *store;
	uint64_t purged, counted, scrubbed; /* when, by event_clock */
	bool died;			    /* somebody, who is to be buried */
	pid_t pid[CHORES_KINDS];	    /* 0: none */
};

/* Open the store, which must take what is written, and write the metrics. */
int chores_begin(struct chores *chores);

/* All that is due; there are so many connections now. */
void chores_do(struct chores *chores, size_t connections);

/* How long to sleep at most before the next of them. */
int chores_wait_ms(const struct chores *chores);

/*
 * A process has ended, maybe one of them; `died`: it may have left something
 * behind. Who buries and dies is not followed by another.
 */
void chores_leave(struct chores *chores, pid_t pid, bool died);

bool chores_running(const struct chores *chores);
void chores_signal(const struct chores *chores, int signal);

/* Write the metrics now; -1 with the reason. 0 also when nobody wants any. */
int chores_write_metrics(struct chores *chores, size_t connections);

#endif
