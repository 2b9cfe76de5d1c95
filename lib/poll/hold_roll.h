/* SPDX-License-Identifier: ISC */
#ifndef POLL_HOLD_ROLL_H
#define POLL_HOLD_ROLL_H

/*
 * Who is asked, and about what: from the newest members document that anybody
 * has, and from the receipts and indexes of the owner.
 */

#include "poll/hold.h"

/*
 * Fill in members, items and roll, and make room for the verdicts. FAIL_NO
 * when there is nothing to ask about.
 */
int hold_roll_make(struct hold *hold);

/* The place of a holder among the members; -1 when it is none. */
int hold_roll_place(const struct hold *hold, const struct holder *holder);

#endif
