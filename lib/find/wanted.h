/* SPDX-License-Identifier: ISC */
#ifndef FIND_WANTED_H
#define FIND_WANTED_H

/*
 * Whom the roster wants to be found, and what it says itself of where they
 * are. A peer with an address that is no endpoint (dir:, exec:) need not be
 * looked for, nor one that only comes to us (peer_is_guest).
 */

#include "find/table.h"

struct peer;
struct roster;

/* The roster of the configuration, empty when there is none. */
int wanted_load_roster(struct roster *roster);

bool wanted_is(const struct peer *peer);

/* Add the addresses of the roster. */
int wanted_add_typed(struct table *table);

/* How many are wanted, and how many of them table_has. */
size_t wanted_count(const struct table *table);
size_t wanted_found(const struct table *table, unsigned sources,
    enum found_trust trust);

#endif
