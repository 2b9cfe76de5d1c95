/* SPDX-License-Identifier: ISC */
#ifndef VOTE_AGAIN_H
#define VOTE_AGAIN_H

/*
 * What is asked again: pieces that holders were asked for in earlier polls,
 * of items that came out silent or inconclusive. An opening lists them, and a
 * holder is asked for its own behind what the new seed draws. So who says
 * that it is busy, or nothing at all, when it is asked for what it has lost
 * is asked for that until it answers, and is silent for as long.
 *
 * The poller alone knows what it lists, and nobody checks that this is all:
 * it would only hide from itself. The list is sorted by item and piece, each
 * once, 8 bytes for one: both big-endian.
 */

#include "base/bytes.h"

#define AGAIN_SIZE 8

struct asking;
struct items;
struct roll;

struct again {
	uint32_t item, piece;
};

/* One of the list, which has list.size / AGAIN_SIZE. */
struct again again_get(struct span list, size_t i);

/* Append one; and put what was appended into the one form. */
int again_add(struct buf *list, const struct again *again);
void again_sort(struct buf *list);

/*
 * FAIL_DATA unless it is in that form, and of pieces that there are: what a
 * shard has not, no holder could give.
 */
int again_check(struct span list, const struct items *items);

/* The part of the list about the items from `first` up to `end`. */
struct span again_of(struct span list, size_t first, size_t end);

/*
 * From one poll to the next, under the same members: of what `asked` was asked
 * there, and what it would have asked about each item, put that into `list`
 * of which the item has come out silent or inconclusive and is among those of
 * `now`. At most an equal part of LIMIT_AGAIN for each holder; what has been
 * asked again before comes first. asked->again may be the old list.
 */
int again_turn(const struct roll *before, const uint8_t *verdict,
    const struct asking *asked, const struct roll *now, struct buf *list);

#endif
