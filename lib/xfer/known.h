/* SPDX-License-Identifier: ISC */
#ifndef XFER_KNOWN_H
#define XFER_KNOWN_H

/*
 * The address records (doc/addresses.h) that this machine has, its own and
 * its peers', in a folder that is there if the user wants them exchanged:
 *
 *     ID            a record, by the id of who signed it, in hexadecimal
 *     ID.reached    empty: its time is when we have reached that peer
 *
 * Others are told of those only whom this machine has reached itself, so that
 * nobody can make many knock at an address that he names.
 */

#include "base/bytes.h"

struct addresses;
struct secret;

#define KNOWN_TOLD 50	    /* records in one answer */
#define KNOWN_KEPT 200	    /* records in the folder, our own among them */
#define KNOWN_AGAIN 60	    /* seconds between two answers to a peer */
#define KNOWN_REACHED 86400 /* seconds that we vouch for a peer */
#define KNOWN_DOCUMENT 1024 /* bytes of a record: 8 addresses are 400 */

/*
 * Take the record of a peer: 1; 0 when it is over, or too far ahead, or older
 * than what is there; -1: FAIL_DATA when it is not that peer's.
 */
int known_put(const char *folder, const struct digest *peer,
    struct span document, uint64_t now, struct addresses *addresses);

/* What is kept of a peer's, if it is still good. */
bool known_get(const char *folder, const struct digest *peer, uint64_t now,
    struct addresses *addresses);

/*
 * Whether a record of this peer may be kept: there is one already, or there
 * are fewer than KNOWN_KEPT. What came so long ago that it is over makes room.
 */
bool known_has_room(const char *folder, const struct digest *peer,
    uint64_t now);

/* Note that the peer was reached, by its key. */
int known_reach(const char *folder, const struct digest *peer);

/*
 * The answer to VERB_PEERS: a CBOR array with a byte string for each record,
 * our own among them. FAIL_NO when there is no such folder.
 */
int known_tell(const char *folder, const struct secret *scalar, uint64_t now,
    struct buf *to);

/* Whom a daemon has told of them lately, in memory that its children share. */
struct known_asked;

/* NULL (FAIL_SYSTEM) when there is no memory. */
struct known_asked *known_asked_open(void);

struct known {
	const char *folder;
	struct known_asked *asked; /* NULL: nobody counts */
};

/*
 * known_tell to this peer; FAIL_NO when it was told less than KNOWN_AGAIN
 * seconds ago, on whichever connection.
 */
int known_answer(const struct known *known, const struct digest *peer,
    const struct secret *scalar, uint64_t now, struct buf *to);

#endif
