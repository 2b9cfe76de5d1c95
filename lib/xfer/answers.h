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
 * Where up to `size` bytes off the wire shall be put: a payload goes straight
 * to who asked for it. NULL without memory.
 */
uint8_t *answers_room(struct answers *answers, struct calls *calls,
    size_t *size);

/*
 * So many bytes have come there: understand what there is as far as it goes,
 * and complete the calls whose answers are whole. 1: there was one; 0; -1:
 * FAIL_DATA.
 */
int answers_take(struct answers *answers, struct calls *calls, size_t size);

void answers_release(struct answers *answers);

#endif
