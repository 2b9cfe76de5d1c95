/* SPDX-License-Identifier: ISC */
#ifndef SERVE_CHORE_H
#define SERVE_CHORE_H

/*
 * What a daemon has to do beside its connections and what may take long, since
 * it goes over the whole store or waits for an engine: each time a process of
 * its own, so that the daemon takes connections and hears signals meanwhile.
 * It has no key, touches nothing but the store, and ends with the daemon.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct daemon;
struct store;

/* What it has. */
struct chore {
	const struct daemon *daemon;
	struct store *store;
	int signals; /* readable when it is told to end */
};

/*
 * Start one: its process, or 0. What `work` fails with is logged as the event
 * `name`. SIGTERM is for chore_rest to see.
 */
pid_t chore_start(const struct daemon *daemon, const char *name,
    int (*work)(struct chore *chore));

/* Sleep so long, an hour at most. Whether it is to go on after that. */
bool chore_rest(const struct chore *chore, uint64_t ms);

#endif
