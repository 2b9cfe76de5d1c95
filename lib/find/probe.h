/* SPDX-License-Identifier: ISC */
#ifndef FIND_PROBE_H
#define FIND_PROBE_H

/*
 * Dial what was found, and let TLS prove whose key is there. Nothing is said
 * before that, and nobody who is not in the roster is spoken to. At most 8
 * dials are under way; in one /24 or /48 that is neither ours nor the
 * roster's word, they are a second apart and 16 in all.
 */

#include "find/table.h"

struct secret;

#define PROBE_AT_ONCE 8
#define PROBE_APART_MS 1000

/* How long an endpoint that failed is left alone, unless it is typed. */
#define PROBE_AGAIN 60

/*
 * Probe all endpoints of peers of the roster, and those that say not whose
 * they are. Who answers with the right key is FOUND_PROVED, and its time to
 * connect known; who does not, is refused.
 */
int probe_run(struct table *table, const struct secret *scalar);

#endif
