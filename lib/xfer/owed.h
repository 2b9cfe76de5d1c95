/* SPDX-License-Identifier: ISC */
#ifndef XFER_OWED_H
#define XFER_OWED_H

/*
 * What a holder owes us a receipt for: all that it has taken since the last
 * one, and what it says it has and has never signed for. A put is noted before
 * it is sent, and again when it is answered. What was answered before a commit
 * is sent must be in the receipt that answers the commit; what is under way
 * meanwhile may be in that one or in the next. What went over a connection that
 * has broken since is owed by nobody: the holder has removed it, and whoever
 * put it knows (see holder_epoch).
 */

#include <pthread.h>

#include "store/store.h"

struct debt {
	struct store_key key;
	unsigned breaks; /* of the connection, before it was sent */
	enum {
		DEBT_SENT,  /* there is no answer yet */
		DEBT_TAKEN, /* the holder has it */
		DEBT_DUE    /* ... since before the commit that is under way */
	} state;
	bool found;   /* it was not put */
	bool settled; /* a receipt names it */
};

struct owed {
	pthread_mutex_t lock; /* of all this */
	struct debt *debt;
	size_t count, room;
};

void owed_init(struct owed *owed);
void owed_release(struct owed *owed);

/* Whether one is owed for what is put on that shelf: papers are signed. */
bool owed_for(enum store_shelf shelf);

/*
 * A put is about to be sent on a connection that has broken so often; and it
 * was answered, with yes or not. -1: there are LIMIT_OWED already.
 */
int owed_send(struct owed *owed, const struct store_key *key, unsigned breaks);
void owed_answer(struct owed *owed, const struct store_key *key, bool taken);

/* It says that it has that; a receipt of its for that is not known. */
int owed_found(struct owed *owed, const struct store_key *key, unsigned breaks);

/*
 * A commit is about to be sent: the last one has been settled. `ids` is filled
 * with what it must name to have it signed for: what was found, at most
 * LIMIT_REQUEST_IDS, and `owner` with whose that is.
 */
int owed_commit(struct owed *owed, struct digest *owner, struct buf *ids);

/*
 * The commit was answered with that receipt (no bytes: with none), and the
 * connection has now broken so often. FAIL_DATA when it does not cover what
 * was due: because there is none, it is signed by another than the holder, is
 * about another owner, or leaves out what it should name. Then, too, nothing
 * is due any more.
 */
int owed_settle(struct owed *owed, const struct digest *holder, unsigned breaks,
    struct span receipt);

#endif
