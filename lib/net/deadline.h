/* SPDX-License-Identifier: ISC */
#ifndef NET_DEADLINE_H
#define NET_DEADLINE_H

/*
 * A moment until which something may take, by the monotonic clock, so that
 * several waits share one limit.
 */

#include <stdint.h>

/* `timeout_ms` from now; -1: never. */
int64_t deadline_in(int timeout_ms);

/* What poll(2) wants: milliseconds left, 0 when it is over, -1 for ever. */
int deadline_left(int64_t deadline);

#endif
