/* SPDX-License-Identifier: ISC */
#ifndef SERVE_DAEMON_H
#define SERVE_DAEMON_H

/*
 * The life of a holder: a process for each connection (serve/servant.h), one
 * that announces it (serve/herald.h), and the signals. SIGTERM and SIGINT end
 * it when what is under way is done; SIGHUP rereads the roster, and ends the
 * connections of whoever is no longer in it. Behind a process that dies what
 * it had on the way is cleared up, so that quotas stay exact.
 */

#include <limits.h>

#include "base/tool.h"
#include "crypto/secret.h"
#include "net/listeners.h"
#include "peer/roster.h"
#include "peer/watch.h"

#define DAEMON_MOST 1024 /* connections: what one machine can fork for */

struct daemon {
	struct secret *scalar;
	struct roster roster;
	struct watch watch;    /* of it, initialised before it was read */
	struct listed *listed; /* its ids, for children; NULL: none */
	char roster_path[FILE_PATH];
	char store_path[FILE_PATH];
	char invites_path[FILE_PATH];
	char addresses_path[FILE_PATH]; /* xfer/known.h */
	unsigned most;			/* connections at once */
	uint64_t keep_dropped; /* seconds; 0: what is dropped goes at once */
	bool no_drop;	       /* nothing is ever dropped */
	uint64_t scrub;	       /* seconds for a pass; 0: never */
	struct budget *budget; /* for proofs, shared with children */
	struct known_asked *asked; /* for addresses, shared as well */
	const char *engine;	   /* store/engine.h; NULL: none */
	const char *metrics_path;  /* NULL: none are written */
	struct counts *counts;	   /* for children, too */
	struct lines *lines;	   /* of the log, for them as well */
	bool has_store;		   /* it was there when the daemon began */
	struct tool_list announce; /* interfaces to be announced on */
	bool alias;		   /* there, instead of the id */

	struct listeners listeners;
};

/*
 * The store, for a process of its own. NULL: see store_open. Once the daemon
 * has begun, an empty folder is a disk that is away, and no new store.
 */
struct store *daemon_open_store(const struct daemon *daemon);

/* Serve until told to end. 0 after an orderly end. */
int daemon_run(struct daemon *daemon);

/* Serve the one peer on stdin and stdout. */
int daemon_serve_one(struct daemon *daemon);

#endif
