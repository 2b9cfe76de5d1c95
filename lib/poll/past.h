/* SPDX-License-Identifier: ISC */
#ifndef POLL_PAST_H
#define POLL_PAST_H

/* A poll that is over: a certificate that is kept, and what it has settled. */

#include "vote/settled.h"

struct past {
	struct buf certificate;
	struct settled settled;
};

/*
 * Read that of `time` from the folder of poll/kept.h, and check it by the
 * members document. `past` is zeroed, and must be closed in any case. -1.
 */
int past_open(struct past *past, const char *folder, const struct digest *owner,
    uint64_t time, struct span members);

/* Leaves it zeroed. */
void past_close(struct past *past);

#endif
