/* SPDX-License-Identifier: ISC */
#ifndef PEER_ROSTER_H
#define PEER_ROSTER_H

/*
 * The roster: a text file with a line for each peer that I trust,
 *
 *     name id address[,address] key=value...
 *
 * '#' begins a comment. The id of a `dir:` peer is '-': a disk has no key.
 * Keys: store=SIZE what I may put there, give=SIZE what it may put here,
 * site=NAME machines that fail together.
 */

#include "base/bytes.h"

#define ROSTER_PEERS 1000 /* votes among more would need committees */
#define ROSTER_ADDRESSES 8

struct peer {
	char *name;
	bool has_id;
	struct digest id;
	char *address[ROSTER_ADDRESSES];
	size_t addresses;
	uint64_t store; /* 0: not said */
	uint64_t give;
	char *site; /* NULL: fails alone */
};

struct roster {
	struct peer *peer;
	size_t count;
};

/* A faulty line is FAIL_USAGE with file, line and reason. */
int roster_load(const char *path, struct roster *roster);
void roster_release(struct roster *roster);

#endif
