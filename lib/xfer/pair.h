/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAIR_H
#define XFER_PAIR_H

/*
 * Pairing: a stranger proves with the secret of a token (peer/token.h) that
 * it was invited, and from then on each side has the other in its roster. It
 * says hello, then asks, and whatever the answer, the connection ends.
 *
 * The side that invited writes first. Whoever is killed on the way asks
 * again: the same id may repeat, until the token expires, what it has begun.
 */

#include "format/message.h"
#include "peer/roster.h"

/* Where a holder has what pairing needs. */
struct pair_files {
	const char *roster;  /* `peers` (peer/roster.h) */
	const char *invites; /* the folder (peer/invite.h) */
};

/* The holder's end of one connection. */
struct pair {
	const struct pair_files *files;
	struct digest id; /* of the other end, as the handshake proved it */
	bool greeted;
	bool over;		/* nothing more is to be said */
	char name[ROSTER_NAME]; /* of the peer, once it is paired */
	struct buf body;	/* of the reply */
};

/* Whether a stranger may come in: an invite is open, or this id's to finish. */
bool pair_admits(const struct pair_files *files, const struct digest *id);

/*
 * Do what a stranger asks for: hello and pair, and nothing else. A "no" takes
 * a second. The reply borrows from `pair`.
 */
void pair_do(struct pair *pair, const struct request *request,
    struct reply *reply);

void pair_release(struct pair *pair);

/*
 * An address that a stranger says, or a person wants a stranger to use:
 * host:port and nothing that means more in a roster. FAIL_USAGE.
 */
int pair_check_address(const char *text);

#endif
