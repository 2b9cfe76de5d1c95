/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

/*
 * A holder's end of the dialogue: one connection, from the handshake to the
 * goodbye, in the memory of a part of a payload, or of one that is looked into.
 * Who may come in is decided here, who may do what in serve/verbs.h.
 */

#include "peer/roster.h"
#include "store/store.h"
#include "xfer/known.h"

struct counts;
struct lines;
struct pair_files;
struct seat;
struct secret;

struct serve {
	struct store *store;	/* NULL: its disk is away */
	const char *store_path; /* journals of polls lie beside the shelves */
	const struct roster *roster;
	const struct secret *scalar;	  /* the holder's identity */
	const struct pair_files *pairing; /* NULL: no stranger may come in */
	struct counts *counts;		  /* NULL: nobody counts */
	struct lines *lines;		  /* of the log; NULL: all are told */
	struct seat *seat;		  /* NULL: there are no others */
	int handshake_ms;
	int idle_ms; /* between bytes, and for LIMIT_TAKEN to be taken */
	uint64_t keep_dropped; /* seconds; 0: what is dropped goes at once */
	bool no_drop;	       /* nothing is ever dropped */
	struct budget *budget; /* for proofs; NULL: any number of bytes */
	struct known known;    /* what it tells of other peers */

	/*
	 * When `wake` (-1: never) becomes readable, and before each request:
	 * whether the peer (NULL: a stranger, that may only pair) may go on,
	 * or, when it is being answered, take that to its end. The roster may
	 * be another by then.
	 */
	int wake;
	bool (*go_on)(void *context, const struct digest *peer, bool answered);
	void *context;
};

/*
 * Serve the connection on `in` and `out` (non-blocking) of somebody at `from`
 * until it ends. 0 after a goodbye; -1 when it broke or was refused. Every
 * request is logged.
 */
int serve_connection(const struct serve *serve, int in, int out,
    const char *from);

#endif
