/* SPDX-License-Identifier: ISC */
#ifndef XFER_CHORES_H
#define XFER_CHORES_H

/*
 * What a daemon does from time to time: delete what was dropped long enough
 * ago, and write its metrics down. What goes wrong is logged and tried again.
 */

#include <stddef.h>
#include <stdint.h>

struct daemon;
struct store;

struct chores {
	const struct daemon *daemon;
	struct store *store;
	uint64_t purged, counted; /* when, by event_clock */
};

/* All that is due; there are so many connections now. */
void chores_do(struct chores *chores, size_t connections);

/* How long to sleep at most before the next of them. */
int chores_wait_ms(const struct chores *chores);

/* Write the metrics now; -1 with the reason. 0 also when nobody wants any. */
int chores_write_metrics(struct chores *chores, size_t connections);

#endif
