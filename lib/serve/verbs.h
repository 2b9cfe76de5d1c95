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
#include "serve/requests.h"
#include "store/store.h"
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
	unsigned puts;		  /* since the last commit */
	struct digest put_owner;  /* theirs */
	struct buf put;		  /* ids of them that a receipt names */
	struct buf body;	  /* of the reply */
	char words[800];	  /* of a "no" */
	struct buf payload;	  /* of the reply */
	struct stay stay;	  /* asked while much is read */
};

/*
 * Carry out a request that may be made: serve/admission.h has looked at it
 * last. The reply, a "no" with its words included, borrows from `verbs` until
 * the next call.
 */
void verbs_do(struct verbs *verbs, const struct request *request,
    struct span payload, struct reply *reply);

/* The reply that tells the failure in the slot, with what can be done. */
void verbs_refuse(struct verbs *verbs, struct reply *reply);

void verbs_release(struct verbs *verbs);

#endif
