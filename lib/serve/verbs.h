/* SPDX-License-Identifier: ISC */
#ifndef SERVE_VERBS_H
#define SERVE_VERBS_H

/*
 * What a holder does for a peer that the roster knows: it deals with the
 * peer's own shards, and with those of an owner that made it a member, up to
 * the space that the roster gives the owner.
 */

#include "serve/accept.h"
#include "serve/authority.h"
#include "serve/puts.h"
#include "serve/requests.h"
#include "store/departure.h"
#include "xfer/known.h"

struct peer;
struct secret;

struct verbs {
	struct store *store;
	const char *store_path;
	const struct peer *peer;
	struct digest id; /* of the peer, as the handshake proved it */
	const struct secret *scalar; /* of the holder, for receipts */
	uint64_t keep_dropped;	     /* seconds; 0: drop at once */
	bool no_drop;		     /* never */
	struct budget *budget;	     /* for proofs */
	const struct counts *counts; /* that some may know; NULL: none */
	struct known known;	     /* what it tells of other peers */
	struct authority authority;  /* its store and roster are given */
	struct accept accept;	     /* with the authority */
	bool greeted;
	const struct peer *owner; /* of the request */
	struct puts puts;
	struct buf body;    /* of the reply */
	char words[800];    /* of a "no" */
	struct buf payload; /* of the reply, as far as it is there */
	struct stay stay;   /* asked while much is read */

	/* What there is still to come of the payload. */
	struct departure departure;
};

/*
 * Carry out a request that may be made: serve/admission.h has looked at it
 * last. The reply, a "no" with its words included, borrows from `verbs` until
 * the next call.
 */
void verbs_do(struct verbs *verbs, const struct request *request,
    struct span payload, struct reply *reply);

/*
 * Whether the payload of a put is looked into before it is taken, as that of a
 * document. What is not can be taken as it comes: verbs_put_begin before it,
 * without any, puts_part with each part, and verbs_do behind it.
 */
bool verbs_looks_into(const struct verbs *verbs, const struct request *request);
int verbs_put_begin(struct verbs *verbs, const struct request *request,
    struct span payload);

/* The reply that tells the failure in the slot, with what can be done. */
void verbs_refuse(struct verbs *verbs, struct reply *reply);

void verbs_release(struct verbs *verbs);

#endif
