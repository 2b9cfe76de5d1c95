/* SPDX-License-Identifier: ISC */
#ifndef SERVE_TELL_H
#define SERVE_TELL_H

/*
 * A holder is asked for info: how much an owner has here and may have, and
 * what it has counted, if the roster lets the peer know that.
 */

#include "base/bytes.h"

struct counts;
struct peer;
struct store;

struct tell {
	struct store *store;
	const char *store_path;	     /* that the scrub has left its word in */
	const struct counts *counts; /* NULL: nobody counts */
	const struct peer *peer, *owner; /* who asks, and about whom */
};

/*
 * Append the reply's body, and the counts to its payload if the peer has
 * `room` for them.
 */
int tell_answer(const struct tell *tell, uint64_t room, struct buf *body,
    struct buf *payload);

#endif
