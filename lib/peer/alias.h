/* SPDX-License-Identifier: ISC */
#ifndef PEER_ALIAS_H
#define PEER_ALIAS_H

/*
 * What a peer is called for a day where its id shall not be read: the first 8
 * bytes of HMAC-SHA-256, keyed by the id, of "shardkit alias DAY", DAY being
 * the number of whole days since 1970 (UTC), in hexadecimal. Who has the id in
 * the roster knows its aliases; to others they are random bytes, and those of
 * two days are no more alike than those of two peers. They prove nothing: TLS
 * does.
 */

#include "base/bytes.h"

struct roster;

#define ALIAS_TEXT 17

/* The alias at the time `now` (seconds since 1970). */
void alias_text(const struct digest *id, uint64_t now,
    char text[static ALIAS_TEXT]);

/*
 * The aliases of a roster, computed when one is looked up for the first time.
 */
struct alias_table {
	const struct roster *roster; /* the rest is zeroed */
	uint64_t day;
	struct alias_entry *entry;
	size_t count;
};

/*
 * The id of the peer whose alias this is on the day of `now`, or on one next
 * to it, since clocks may be a day apart. NULL: nobody's, or no memory.
 */
const struct digest *alias_find(struct alias_table *table, struct span text,
    uint64_t now);
void alias_table_release(struct alias_table *table);

#endif
