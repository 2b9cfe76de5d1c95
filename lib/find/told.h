/* SPDX-License-Identifier: ISC */
#ifndef FIND_TOLD_H
#define FIND_TOLD_H

/*
 * What peers tell in an exchange: the signed words of peers of the roster are
 * kept (xfer/known.h), and told on as found records, each once.
 */

#include "format/found.h"

struct addresses;
struct exchange;
struct peer;

struct told {
	const struct exchange *exchange;
	struct digest self;
	uint64_t now;
	uint64_t *number; /* of each peer's word that was told */
	int out;	  /* where records go */
};

/* -1 (FAIL_SYSTEM); to be released in any case. */
int told_init(struct told *told, const struct exchange *exchange, int out);
void told_release(struct told *told);

/* Take an answer to VERB_PEERS. -1: FAIL_DATA, or nobody reads the records. */
int told_take(struct told *told, const struct peer *teller, struct span answer);

/* One of the addresses that a peer says it has, as a found record. */
struct found told_found(const struct digest *peer,
    const struct addresses *addresses, size_t number, uint64_t now,
    const char *via);

#endif
