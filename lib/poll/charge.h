/* SPDX-License-Identifier: ISC */
#ifndef POLL_CHARGE_H
#define POLL_CHARGE_H

/*
 * Evidence against the holders whose shards a poll has found bad: to what they
 * have proved to the poller it finds the receipt, or the owner's index, that
 * convicts them.
 */

#include "poll/hold.h"

/* Append it to hold->culprits, by hold->verdict. -1: out of memory. */
int charge_holders(struct hold *hold, const struct poller *poller);

#endif
