/* SPDX-License-Identifier: ISC */
#ifndef STORE_SCRUBBED_H
#define STORE_SCRUBBED_H

/*
 * How far a store has been read from end to end, and what that has found: a
 * small file `scrub` in the store, a line of key=value each, that may be lost
 * without harm. Whoever wants to know how a store is reads it.
 */

#include "store/store.h"

struct scrubbed {
	uint64_t began;	     /* seconds since 1970, of the last pass */
	uint64_t ended;	     /* of the last that was finished; 0: none */
	uint64_t files;	     /* read in the last pass, so far */
	uint64_t bytes;	     /* of them */
	uint64_t damaged;    /* of them, set aside */
	uint64_t unreadable; /* of them, by the disk */

	/* Where a pass that has begun is. */
	struct digest owner;
	unsigned shelf;
	unsigned first; /* byte of the ids in the folder */
};

/* A file that is not there or not readable as one has seen nothing. */
void scrubbed_load(const char *store, struct scrubbed *scrubbed);
int scrubbed_save(const char *store, const struct scrubbed *scrubbed);

/* Whether a pass has begun and not ended. */
bool scrubbed_under_way(const struct scrubbed *scrubbed);

#endif
