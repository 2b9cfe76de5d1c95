/* SPDX-License-Identifier: ISC */
#ifndef XFER_COUNTS_H
#define XFER_COUNTS_H

/*
 * What was asked of a holder: requests by verb and outcome, their bytes, how
 * long they took, how many are under way; connections. A holder counts what
 * it answers, in memory that the daemon shares with the processes that serve,
 * so that one that is killed loses none of it. Who asks counts for each holder
 * what it got.
 */

#include <stdatomic.h>

#include "format/message.h"

#define COUNTS_OUTCOMES 5 /* 0, and each enum fail_kind */
#define COUNTS_BUCKETS 8

struct verb_counts {
	_Atomic uint64_t outcome[COUNTS_OUTCOMES];
	_Atomic uint64_t in, out; /* bytes of payloads, from here seen */
	_Atomic uint64_t ms;
	_Atomic uint64_t bucket[COUNTS_BUCKETS]; /* how many took so long */
};

/* The upper ends of the buckets, in milliseconds; the last has none. */
extern const uint64_t counts_bucket_ms[COUNTS_BUCKETS];

/* All zero at first. */
struct counts {
	_Atomic uint64_t welcome, refused; /* connections */
	_Atomic uint64_t in_flight; /* requests that have no answer yet */
	struct verb_counts verb[VERB_COUNT];
};

/* A request and its answer, as they are counted. */
struct counted {
	enum verb verb;
	unsigned status; /* 0, or an enum fail_kind */
	uint64_t in, out;
	uint64_t ms;
};

/* Shared memory. NULL (FAIL_SYSTEM) when there is none. */
struct counts *counts_open(void);

/*
 * A connection has come in, and its handshake has ended well or not. Here and
 * below NULL is nobody who counts.
 */
void counts_connection(struct counts *counts, bool welcome);

/* A request is under way; it has been answered, or never will be. */
void counts_begin(struct counts *counts);
void counts_end(struct counts *counts, const struct counted *counted);

/* Nobody is left who could have a request under way. */
void counts_idle(struct counts *counts);

/* How many were answered; how many of them with anything but success. */
uint64_t counts_requests(const struct counts *counts);
uint64_t counts_errors(const struct counts *counts);

/* Whose counts: a row of what is printed. */
struct counts_row {
	const char *peer; /* a label; NULL: none */
	const struct counts *counts;
};

/*
 * Append them as metrics (format/metric.h) whose names begin with `prefix`.
 * `served`: they are a holder's own, which knows its connections, too.
 */
int counts_print(const struct counts_row *row, size_t rows, const char *prefix,
    bool served, struct buf *to);

/* As a holder tells them to a peer: an item of CBOR (shardkit.cddl). */
int counts_told_encode(const struct counts *counts, struct buf *to);
int counts_told_decode(struct span bytes, struct counts *counts);

#endif
