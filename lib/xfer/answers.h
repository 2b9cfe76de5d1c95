/* SPDX-License-Identifier: ISC */
#ifndef XFER_ANSWERS_H
#define XFER_ANSWERS_H

/*
 * What a session has received, turned into the answers of its calls. No
 * declared length is believed before the bytes are there.
 */

#include "xfer/calls.h"

struct answers {
	struct buf input; /* received and not yet understood */
	bool in_payload;  /* of an answer */
	uint64_t missing; /* bytes of that payload */
};

/*
 * Understand what is in `input` as far as it goes, and complete the calls
 * whose answers are whole. -1: FAIL_DATA.
 */
int answers_take(struct answers *answers, struct calls *calls);

void answers_release(struct answers *answers);

#endif
