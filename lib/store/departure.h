/* SPDX-License-Identifier: ISC */
#ifndef STORE_DEPARTURE_H
#define STORE_DEPARTURE_H

/*
 * Something on its way out. What is large is read twice, a part at a time: to
 * the end, to be checked, before anybody gets a byte of it, and checked again
 * as it is given. What is small is read once, and so is what an engine has,
 * which may take money for each time.
 */

#include "crypto/tree.h"
#include "store/store.h"

struct content;

/* What is longer is large: all documents go whole, and shards of 1 MiB. */
#define DEPARTURE_WHOLE ((size_t)2 << 20)

struct departure {
	bool in_parts; /* out of `fd` */
	int fd;
	uint64_t size; /* of all of it */
	uint64_t left; /* that departure_next still gives */
	struct digest id;
	struct tree tree;
};

/* See store_depart. */
int departure_begin(struct departure *departure, const struct content *content,
    const struct store_key *key, size_t limit, struct buf *bytes);

/*
 * The next part, in place of what was in `part`, while there is any left. -1:
 * FAIL_SYSTEM, or FAIL_DATA at the last one, when it has changed meanwhile.
 */
int departure_next(struct departure *departure, struct buf *part);

/* The state that all of its bytes show: see store_check. */
int departure_check(const struct content *content, const struct store_key *key,
    size_t limit);

/* Zeroes have nothing to be released. */
void departure_release(struct departure *departure);

#endif
