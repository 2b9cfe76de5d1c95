/* SPDX-License-Identifier: ISC */
#ifndef XFER_PAIR_INVITE_H
#define XFER_PAIR_INVITE_H

/* Pairing (xfer/pair.h) from the side that gives a token away. */

#include "peer/invite.h"

struct pair_invite {
	const char *roster;   /* the path of `peers` */
	const char *invites;  /* the folder (peer/invite.h) */
	const char *address;  /* where we listen; NULL: our name, port 7117 */
	const char *name;     /* of the peer here; NULL: what it wants */
	const char *site;     /* of the peer; NULL: its own */
	uint64_t store, give; /* 0: not said */
	uint64_t seconds;     /* that the token is good */
};

/*
 * Make an invite and its token, which comes with our id in it; `invite` is
 * what was written. FAIL_NO: the name is taken now; FAIL_USAGE: nobody can
 * connect to such an address.
 */
int pair_invite(const struct pair_invite *options, struct token *token,
    struct invite *invite);

#endif
