/* SPDX-License-Identifier: ISC */
#ifndef PEER_PAIRED_H
#define PEER_PAIRED_H

/*
 * The peers that pairing has written: one file each in the folder of the
 * roster (peer/roster.h), which appear whole or not at all. One process at a
 * time changes the folder.
 */

#include "peer/peer.h"

/*
 * Whether paired_put would be possible now, with nothing written yet but
 * `peer` itself: see there.
 */
int paired_check(const char *roster_path, struct peer *peer,
    const char *wanted);

/*
 * Write the file of a peer, so that it lasts. A peer that is in the roster
 * keeps its name, and what `peer` leaves open stays as it was. A new one is
 * called peer->name if that is not NULL, or else something unique as close to
 * `wanted` (which anyone may have chosen, NULL: nobody) as a name can be.
 * All of that is in `peer` afterwards.
 *
 * FAIL_NO: the name is taken, the id has another name, or it stands in the
 * file of the person, with other sizes; FAIL_USAGE: the roster is faulty, or
 * another peer has that address.
 */
int paired_put(const char *roster_path, struct peer *peer, const char *wanted);

/*
 * Remove the file of the peer `name`, for good. FAIL_NO with what to do when
 * it has none.
 */
int paired_drop(const char *roster_path, const char *name);

#endif
