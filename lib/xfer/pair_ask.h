/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAIR_ASK_H
#define XFER_PAIR_ASK_H

/* Pairing (xfer/pair.h) from the side of whoever has got a token. */

#include "peer/roster.h"

struct secret;
struct token;

struct pair_ask {
	const char *roster; /* the path of `peers` */
	const struct secret *scalar;
	const struct token *token;
	const char *as;	      /* our name there; NULL: this machine's */
	const char *address;  /* where we listen; NULL: nowhere */
	const char *name;     /* of the peer here; NULL: after its host */
	const char *site;     /* of the peer; NULL: its own */
	uint64_t store, give; /* 0: not said */
	char *const *found;   /* addresses to be tried after the token's */
	size_t founds;
};

/*
 * Connect to where the token says, or to where its id was found, and to nobody
 * else; ask; on yes write the peer to the roster (peer/paired.h), with the
 * token's address if that has led there, else with none. `peer`, zeroed before
 * and released after, is what was written, `us` what we are called there. What
 * the other side gives becomes `store`, unless we said something. Nothing is
 * asked that our own roster would not take.
 *
 * FAIL_NO: the other side says no, or lets nobody in who is not in its roster.
 * After a failure the same call may be made again.
 */
int pair_ask(const struct pair_ask *ask, struct peer *peer,
    char us[static ROSTER_NAME]);

#endif
