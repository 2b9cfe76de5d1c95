/* SPDX-License-Identifier: ISC */
#ifndef PEER_ROSTER_H
#define PEER_ROSTER_H

/*
 * The roster: the peers that I trust. `peers` is a text file with a line for
 * each (peer/peer.h), for a person to edit; the folder `peers.d` next to it
 * has a file with one such line for each peer that was paired
 * (peer/paired.h), named as the peer is. Other names in the folder, hidden
 * files and *.new are not looked at. Names, ids and addresses are unique in
 * all of them together.
 */

#include "base/file.h"
#include "peer/peer.h"

#define ROSTER_PEERS 1000 /* votes among more would need committees */

struct roster {
	struct peer *peer;
	size_t count;
};

/* The folder that goes with the roster `path`. FAIL_USAGE: too long. */
int roster_folder(const char *path, char folder[static FILE_PATH]);

/*
 * Read file and folder; one of them must be there. A faulty line is
 * FAIL_USAGE with file, line and reason.
 */
int roster_load(const char *path, struct roster *roster);
void roster_release(struct roster *roster);

/*
 * For a roster that stays in force since what is on the disk now is faulty:
 * whether a peer had a file of its own that is gone; drop all these.
 */
bool roster_is_gone(const char *path, const struct peer *peer);
void roster_forget_gone(struct roster *roster, const char *path);

/* NULL: nobody in it has this id, or this name. */
const struct peer *roster_find(const struct roster *roster,
    const struct digest *id);
const struct peer *roster_named(const struct roster *roster, const char *name);

/* FAIL_USAGE when another peer of the roster has an address of `peer`. */
int roster_check_addresses(const struct roster *roster,
    const struct peer *peer);

/* Whether a file of the folder may be called so, and so a paired peer. */
#define ROSTER_NAME 65
bool roster_is_name(const char *name);

#endif
