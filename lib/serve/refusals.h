/* SPDX-License-Identifier: ISC */
#ifndef SERVE_REFUSALS_H
#define SERVE_REFUSALS_H

/*
 * What a daemon's processes log of strangers: so many lines a minute, and
 * then how many more there were, so that whoever knocks at its door fills no
 * disk. What peers do is not in it. Times are those of event_clock.
 */

#include <stdbool.h>
#include <stdint.h>

struct refusals;

/* A line a second, 8 KB a minute: enough to see who it is. */
#define REFUSALS_A_MINUTE 60

/* Shared memory. NULL (FAIL_SYSTEM) when there is none. */
struct refusals *refusals_open(void);

/* Whether this one gets a line; otherwise it is counted. NULL: it does. */
bool refusals_tell(struct refusals *refusals, uint64_t now_ms);

/* Log how many had none: at the end, or when a minute is over. */
void refusals_sum_up(struct refusals *refusals, uint64_t now_ms, bool at_end);

#endif
