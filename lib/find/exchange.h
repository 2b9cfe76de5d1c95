/* SPDX-License-Identifier: ISC */
#ifndef FIND_EXCHANGE_H
#define FIND_EXCHANGE_H

/*
 * Peers asked for the addresses of other peers: each holder of the roster
 * that is reached tells the signed records that it has (xfer/known.h), once a
 * run. Only those of peers of the roster are taken; of whom nobody tells, what
 * was told before is good as long as it says.
 */

#include "find/table.h"

struct address;
struct secret;

struct exchange {
	struct table *table; /* where the peers are, and what they tell goes */
	const struct secret *scalar;
	const char *folder; /* of the records; it is made if it is missing */
	int wait_ms;	    /* for all of it */
};

/*
 * Ask them, after a record of our own address has been signed, if there is one
 * (FAIL_USAGE: it is no ip). Whom a dial has reached is proved in the table,
 * the others are refused.
 */
int exchange_run(const struct exchange *exchange, const struct address *own);

#endif
