/* SPDX-License-Identifier: ISC */
#ifndef SERVE_OBEY_H
#define SERVE_OBEY_H

/* What a holder drops at an owner's signed word, and nothing else does. */

#include "store/store.h"

struct obey {
	struct store *store;
	const char
	    *store_path; /* where the order is kept, see serve/orders.h */
	struct digest owner;
	bool may_put;	       /* it has a quota */
	uint64_t keep_dropped; /* seconds; 0: what is dropped goes at once */
};

/*
 * Drop what the order names. FAIL_DATA unless the owner signed it, and today:
 * an old one says nothing any more. The order is kept before it is carried out;
 * on a full disk, which could never be emptied then, after it, if there is room
 * at last.
 */
int obey_order(const struct obey *obey, struct span document);

#endif
