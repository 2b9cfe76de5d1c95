/* SPDX-License-Identifier: ISC */
#ifndef SHARD_VOTE_OWN_H
#define SHARD_VOTE_OWN_H

/*
 * A poller's own journal, in the folder `poller` of the configuration: what it
 * has signed in its newest poll by hand. A step that is taken again gives the
 * same document again, so that nobody convicts himself by a slip.
 */

#include "vote/journal.h"
#include "vote/poller.h"

/*
 * Keep a document that the poller has just made, synced; or, if there is one
 * of this poll already, put that in its place. FAIL_NO when a newer poll has
 * begun.
 */
int own_keep(struct poller *poller, enum poller_document which);

/* The time of the tally that was signed in this poll; else `now`. */
int own_tally_time(struct poller *poller, uint64_t *now);

#endif
