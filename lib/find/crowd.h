/* SPDX-License-Identifier: ISC */
#ifndef FIND_CROWD_H
#define FIND_CROWD_H

/*
 * Who gives way when one source names too many addresses of an id. It is not
 * the last that do: then who is quick could name so many of our peer's id that
 * the peer itself is never heard. Those that failed when they were dialled go
 * first, then it is by lot; what this run has dialled stays, and so does what
 * has led to its peer. A lot is a hash of the address under a key of this run:
 * in the next one another stays, and saying the same again changes nothing.
 */

#include "find/table.h"

enum crowd {
	CROWD_FAILED = -1, /* no random bytes */
	CROWD_FULL,	   /* the new one is too many */
	CROWD_ROOM,
	CROWD_YIELDS /* that record does, of the new one's source */
};

/*
 * Whether there is room for `found`, which is not there yet: `at` is where it
 * belongs, and then which one yields.
 */
enum crowd crowd_judge(struct table *table, const struct found *found,
    size_t *at);

#endif
