/* SPDX-License-Identifier: ISC */
#ifndef PEER_PEER_H
#define PEER_PEER_H

/*
 * A peer as a line of the roster (peer/roster.h) describes it:
 *
 *     name id address[,address] key=value...
 *
 * '#' begins a comment, double quotes hold a word with blanks together. An
 * address is host:port, dir:/path or exec:command (the last one of its line);
 * '-' stands for a peer that only comes to us. The id of a `dir:` peer is
 * '-': a disk has no key. Keys: store=SIZE what I may put there, give=SIZE
 * what it may put here, site=NAME machines that fail together, watch=yes it may
 * know what our holder has counted.
 */

#include "base/bytes.h"

#define PEER_ADDRESSES 8 /* of its line */
#define PEER_HINTS 8	 /* found elsewhere, behind them */

struct peer {
	char *name;
	bool has_id;
	struct digest id;
	char *address[PEER_ADDRESSES + PEER_HINTS];
	size_t addresses;
	uint64_t store; /* 0: not said */
	uint64_t give;
	char *site;    /* NULL: fails alone */
	bool watch;    /* it may know what our holder counts */
	unsigned line; /* of `peers`; 0: it has a file of its own */
};

/*
 * Read a line, which is changed by that. Without a word in it the name stays
 * NULL. -1 (FAIL_USAGE) with what is wrong; to be released even so.
 */
int peer_parse(struct peer *peer, char *line);
void peer_release(struct peer *peer);

/* A folder at whatever path. To be released, even at -1. */
int peer_dir(struct peer *peer, const char *name, const char *path);

/*
 * Whether it only comes to us: it has no address, may put something here, and
 * we may put nothing there.
 */
bool peer_is_guest(const struct peer *peer);

/*
 * Append the line, without its end. What is in `peer` must have come from
 * peer_parse, or be free of blanks, quotes, commas and '#' (a site: of quotes).
 */
int peer_encode(const struct peer *peer, struct buf *to);

#endif
