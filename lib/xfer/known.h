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
#define KNOWN_REACHED 86400 /* seconds that we vouch for a peer */
#define KNOWN_DOCUMENT 1024 /* bytes of a record: 8 addresses are 400 */

/*
 * Take the record of a peer: 1; 0 when it is over, or too far ahead, or older
 * than what is there; -1: FAIL_DATA when it is not that peer's.
 */
int known_put(const char *folder, const struct digest *peer,
    struct span document, uint64_t now, struct addresses *addresses);

/* Note that the peer was reached, by its key. */
int known_reach(const char *folder, const struct digest *peer);

/*
 * The answer to VERB_PEERS: a CBOR array with a byte string for each record,
 * our own among them. FAIL_NO when there is no such folder.
 */
int known_tell(const char *folder, const struct secret *scalar, uint64_t now,
    struct buf *to);

/* What one connection is told, once, out of this folder. */
struct known {
	const char *folder;
	bool told;
};

/* known_tell, now; FAIL_NO when it was told already. */
int known_answer(struct known *known, const struct secret *scalar,
    struct buf *to);

#endif
