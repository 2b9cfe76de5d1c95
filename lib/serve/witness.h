/* SPDX-License-Identifier: ISC */
#ifndef SERVE_WITNESS_H
#define SERVE_WITNESS_H

/*
 * A voter that does not answer a poller may hold what convicts it: another
 * question in the same poll, or a tally that does not follow. It keeps the
 * first evidence of each poller, in the folder `evidence` of its store.
 */

#include "vote/journal.h"

struct witness {
	const char *store_path;
	const struct digest *poller;
	const struct journal *journal;
	struct span members, items;
	struct span question;  /* as it came */
	struct span signed_by; /* the document in it that the poller signed */
};

/* Best effort: what cannot be kept is not. */
void witness_poller(const struct witness *witness);

#endif
