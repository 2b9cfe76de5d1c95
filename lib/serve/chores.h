/* SPDX-License-Identifier: ISC */
#ifndef SERVE_CHORES_H
#define SERVE_CHORES_H

/*
 * What a daemon does from time to time: delete what was held back for as long
 * as was promised when it was dropped, write its metrics down, and read all
 * that is in the store. What goes wrong is logged and tried again.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct daemon;
struct store;

struct chores {
	const struct daemon *daemon;
	struct store *store;
	uint64_t purged, counted, scrubbed; /* when, by event_clock */
	pid_t scrubber;			    /* 0: none */
};

/* Open the store, which must take what is written, and write the metrics. */
int chores_begin(struct chores *chores);

/* All that is due; there are so many connections now. */
void chores_do(struct chores *chores, size_t connections);

/* How long to sleep at most before the next of them. */
int chores_wait_ms(const struct chores *chores);

/* Delete what is held back no longer: for who serves without a daemon, too. */
void chores_purge(struct store *store);

/* Write the metrics now; -1 with the reason. 0 also when nobody wants any. */
int chores_write_metrics(struct chores *chores, size_t connections);

#endif
