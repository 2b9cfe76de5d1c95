/* SPDX-License-Identifier: ISC */
#ifndef FIND_TABLE_H
#define FIND_TABLE_H

/*
 * All that was found, merged: one record an endpoint, whatever number of
 * sources name it, with the best that they say of it. What the filter forbids
 * is passed over, and so is what goes beyond these limits: then neither a
 * flood costs memory, nor does one source crowd another out, nor a liar a peer:
 * see find/crowd.h.
 */

#include "crypto/secret.h"
#include "find/filter.h"

struct roster;

/* Addresses of one id, by one source: when there are more, some give way. */
#define TABLE_OF_ID 8

/* Of one /24 or /48, of what other peers tell. */
#define TABLE_OF_NET 16

struct table {
	const struct roster *roster; /* whose ids are wanted */
	const struct filter *filter;
	uint64_t now; /* seconds since 1970 */
	bool sorted;  /* by find/ranking.h without lots: always the same */

	struct table_record **record; /* by found_compare */
	size_t count, capacity;
	size_t forbidden, crowded; /* passed over: by the filter, by a limit */

	/* Told what gives way, when nobody else names it; or NULL. */
	int (*gone)(void *context, const struct found *found);
	void *context;

	struct secret key; /* of find/crowd.h: drawn when it is needed */
	bool keyed;
};

struct table_record {
	struct found found;
	uint32_t lot; /* what ties are broken by: see find/ranking.h */
	bool failed;  /* when it was dialled in this run */
};

/*
 * Merge: 1 when that is news, 0, -1 (FAIL_SYSTEM). Trust beyond FOUND_SIGNED
 * is not taken on anybody's word: an id of the roster makes FOUND_WANTED.
 */
int table_add(struct table *table, const struct found *found);

/*
 * Note what a dial has shown: `id` is there, which the record may not have
 * had; or nobody is, or somebody else.
 */
int table_prove(struct table *table, const struct found *found,
    const struct digest *id, uint32_t rtt_us);
void table_refuse(struct table *table, const struct found *found);

/* What the table has of this endpoint, or NULL. */
const struct found *table_find(const struct table *table,
    const struct found *found);

/* Take a source's word back: whether nobody is left to name the endpoint. */
bool table_forget(struct table *table, const struct found *found,
    unsigned sources);

/* Give up what an earlier run has seen of an id that was found in this one. */
void table_settle(struct table *table);

/* Whether this id has an endpoint by one of these sources, of such trust. */
bool table_has(const struct table *table, const struct digest *id,
    unsigned sources, enum found_trust trust);

void table_release(struct table *table);

#endif
