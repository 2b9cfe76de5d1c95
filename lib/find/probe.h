/* SPDX-License-Identifier: ISC */
#ifndef FIND_PROBE_H
#define FIND_PROBE_H

/*
 * Dial what was found, and let TLS prove whose key is there. Nothing is said
 * before that, and nobody who is not in the roster is spoken to. At most 8
 * dials are under way, each when find/dials.h says, and none begins later than
 * half a minute after the first.
 */

#include "find/table.h"

struct secret;

#define PROBE_AT_ONCE 8

/*
 * Probe all endpoints that find/dials.h chooses. Who answers with the right key
 * is FOUND_PROVED, and its time to connect known; who does not, is refused.
 */
int probe_run(struct table *table, const struct secret *scalar);

#endif
