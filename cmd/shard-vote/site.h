/* SPDX-License-Identifier: ISC */
#ifndef SHARD_VOTE_SITE_H
#define SHARD_VOTE_SITE_H

/*
 * Who asks, and whom: our key, the holders of the roster, and the owner whose
 * shards it is about.
 */

#include "crypto/secret.h"
#include "peer/roster.h"
#include "poll/hold.h"

struct site {
	struct holders holders;
	struct roster roster;
	struct secret scalar;
	struct digest owner; /* our own, or whom --owner names */
};

/* `site` is zeroed, and must be closed in any case. */
int site_open(struct site *site);
void site_close(struct site *site);

/* The terms of a poll, by the options. */
int site_terms(struct hold *hold);

/* How many pieces a holder is asked for; 0: one of each shard. */
int site_sample(size_t *sample);

#endif
