/* SPDX-License-Identifier: ISC */
#ifndef SERVE_BUDGET_H
#define SERVE_BUDGET_H

/*
 * How many bytes audits may still read in this minute, in memory that a daemon
 * shares with its children: who asks for more gets "busy" for an answer. Times
 * are those of event_clock.
 */

#include <stdbool.h>
#include <stdint.h>

struct budget;

/* So many bytes a minute. NULL (FAIL_SYSTEM) when there is no memory. */
struct budget *budget_open(uint64_t a_minute);

/*
 * Take them, unless the minute has none left; one that is too big has one. 0:
 * only ask.
 */
bool budget_take(struct budget *budget, uint64_t bytes, uint64_t now_ms);

#endif
