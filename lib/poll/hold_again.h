/* SPDX-License-Identifier: ISC */
#ifndef POLL_HOLD_AGAIN_H
#define POLL_HOLD_AGAIN_H

/*
 * What a poll asks again (vote/again.h): by the certificates that are kept of
 * earlier ones, which say what was asked, and what was not answered.
 */

#include "poll/hold.h"

/*
 * Fill in hold->again, once there is a roll. A certificate that does not hold,
 * or is under other members, tells nothing. -1: out of memory.
 */
int hold_again_find(struct hold *hold);

#endif
