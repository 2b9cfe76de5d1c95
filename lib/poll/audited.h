/* SPDX-License-Identifier: ISC */
#ifndef POLL_AUDITED_H
#define POLL_AUDITED_H

/*
 * What the last audit of each peer came to, in a small file a peer in a folder
 * of the configuration, that may be lost without harm:
 *
 *     TIME ASKED OK MISSING WRONG EIO BUSY
 */

#include "vote/answered.h"

struct audited {
	uint64_t time; /* 0: never */
	struct answered answered;
};

/* A file that is not there or not readable as one is no audit. */
void audited_load(const char *folder, const struct digest *peer,
    struct audited *audited);
int audited_save(const char *folder, const struct digest *peer,
    const struct audited *audited);

#endif
