/* SPDX-License-Identifier: ISC */
#ifndef SERVE_PUTS_H
#define SERVE_PUTS_H

/*
 * What a connection puts up to its commit, each of them taken as it comes; and
 * what its next receipt is about.
 */

#include "format/message.h"
#include "store/arrival.h"

struct peer;

/* All zeroes at first. */
struct puts {
	unsigned count;		/* since the last commit */
	struct digest owner;	/* theirs */
	struct buf ids;		/* that a receipt names */
	bool owed;		/* what is coming is one of them */
	uint64_t ms;		/* that it has waited for the disk */
	struct arrival arrival; /* what is coming */
};

/* The name of what a request is about. */
struct store_key puts_key(const struct request *request);

/* Make room for what is to come, in what `owner` is given here. */
int puts_begin(struct puts *puts, struct store *store,
    const struct request *request, const struct peer *owner);

/* Whether something is coming; how long it has waited for the disk so far. */
bool puts_coming(const struct puts *puts);
uint64_t puts_waited(const struct puts *puts);

/* See store/arrival.h. After a failure nothing is coming. */
int puts_part(struct puts *puts, struct span bytes);
int puts_end(struct puts *puts);

/*
 * Who asks, with a commit, whether something is here may have that signed, too.
 * FAIL_DATA when it is of another owner, or too much.
 */
int puts_found(struct puts *puts, struct store *store,
    const struct request *request);

/* What is coming is refused, if anything is. */
void puts_stop(struct puts *puts);

void puts_release(struct puts *puts);

#endif
