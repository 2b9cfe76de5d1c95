/* SPDX-License-Identifier: ISC */
#ifndef PEER_INVITE_H
#define PEER_INVITE_H

/*
 * Invites: a file each in a folder, mode 0600, named by the hash of the
 * token's secret, which is nowhere on this machine. A file has lines of
 * key=value: until when the invite is good, what the new peer gets, and whose
 * it is once it is used:
 *
 *     open -> taken by an id -> done
 *
 * It is taken before the roster gets its line and done after that, both
 * lasting. So one that was taken by a pairing that died is that id's to
 * finish, and one that is done lets nobody in again who has been removed since.
 *
 * Whoever changes an invite has the folder locked (base/file.h).
 */

#include "base/bytes.h"
#include "peer/roster.h"
#include "peer/token.h"

enum invite_state {
	INVITE_OPEN,
	INVITE_TAKEN,
	INVITE_DONE
};

#define INVITE_SITE 65

struct invite {
	struct digest hash;	/* the name of its file */
	uint64_t expires;	/* seconds since 1970 */
	char name[ROSTER_NAME]; /* "": whatever the peer wants to be called */
	char site[INVITE_SITE];
	uint64_t store, give; /* 0: not said */
	enum invite_state state;
	struct digest taker;
};

/*
 * Make an invite out of everything in `invite` but its hash: a fresh secret
 * for the token, and its file, that lasts. What is long over is removed.
 */
int invite_create(const char *folder, struct invite *invite,
    uint8_t secret[static TOKEN_SECRET]);

/* Write the file, or replace it. */
int invite_save(const char *folder, const struct invite *invite);

/* FAIL_NO: there is none with that hash; FAIL_DATA: its file is faulty. */
int invite_load(const char *folder, const struct digest *hash,
    struct invite *invite);

void invite_remove(const char *folder, const struct digest *hash);

/* Whether `id` may use the invite at `now`. FAIL_NO with the reason. */
int invite_check(const struct invite *invite, const struct digest *id,
    uint64_t now);

/* Whether there is one that a peer unknown so far, with this id, may use. */
bool invite_admits(const char *folder, const struct digest *id, uint64_t now);

/*
 * Remove what expired INVITE_MEMORY seconds ago (until then a late token is
 * told that it is late), and what a killed writer has left.
 */
#define INVITE_MEMORY (7 * 86400)
int invite_prune(const char *folder, uint64_t now);

#endif
