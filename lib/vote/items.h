/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ITEMS_H
#define VOTE_ITEMS_H

/*
 * The items of a poll: which shards each member holds, by the receipts that it
 * signed. They are listed by member, in the order of the members document, and
 * then by id; an item is its place in that list. The list is an array of byte
 * strings, one a member; in documents it is named by its tree root.
 */

#include "base/bytes.h"
#include "format/limits.h"

#define ITEM_SIZE 36 /* a shard's id, and its size in 4 bytes, big-endian */

struct item {
	struct digest id;
	uint32_t size;
};

struct items {
	struct span held[LIMIT_MEMBERS]; /* ITEM_SIZE each */
	size_t first[LIMIT_MEMBERS + 1]; /* item of each member; the count */
	size_t holders;
};

/* Append an item to what one member holds. */
int items_add(struct buf *held, const struct item *item);

/* Sort what one member holds, each once. */
void items_sort(struct buf *held);

/* Append the list of what `holders` members hold, each sorted. */
int items_encode(const struct span *held, size_t holders, struct buf *to);

/* -1 (FAIL_DATA), unless it is a list for so many. Borrows from `list`. */
int items_decode(struct span list, size_t holders, struct items *items);

size_t items_count(const struct items *items);
struct item items_get(const struct items *items, size_t i);

/* Which member holds it. */
size_t items_holder(const struct items *items, size_t i);

/* The place of a shard at a member; items_count when it is none of its. */
size_t items_find(const struct items *items, size_t holder,
    const struct digest *id);

#endif
