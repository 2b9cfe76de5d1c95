/* SPDX-License-Identifier: ISC */
#ifndef SERVE_BUDGET_H
#define SERVE_BUDGET_H

/*
 * How much of something there still is in this minute, in memory that a daemon
 * shares with its children: bytes that audits may read (who asks for more gets
 * "busy" for an answer), lines of a log. Times are those of event_clock.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* All zeroes but for the first. */
struct budget {
	uint64_t a_minute;
	atomic_uint_fast64_t minute; /* which one it is, by event_clock */
	atomic_uint_fast64_t taken;  /* in it */
};

/* So much a minute. NULL (FAIL_SYSTEM) when there is no memory. */
struct budget *budget_open(uint64_t a_minute);

/*
 * Take them, unless the minute has none left; one that is too big has one. 0:
 * only ask.
 */
bool budget_take(struct budget *budget, uint64_t much, uint64_t now_ms);

#endif
