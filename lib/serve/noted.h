/* SPDX-License-Identifier: ISC */
#ifndef SERVE_NOTED_H
#define SERVE_NOTED_H

/*
 * What the log has of one connection: its beginning and end, and a line a
 * request, as loud as it deserves, within what its peer has (serve/lines.h).
 */

#include "serve/lines.h"

struct roster;

/* Who is at the other end, as far as is known. */
struct noted {
	struct lines_share *lines; /* NULL: all have one */
	const char *name;
	const struct digest *id;
	bool stranger;
};

/* A request that took so long; the slot has what went wrong with it. */
void noted_request(const struct noted *noted, const struct request *request,
    const struct reply *reply, uint64_t ms);

/* LINES_CONNECT or -DISCONNECT: 0, or -1 with the reason in the slot. */
void noted_connection(const struct noted *noted, unsigned what, int result);

/*
 * How many lines there would have been more, by peer and event: at the end, or
 * when a minute is over.
 */
void noted_sum_up(struct lines *lines, const struct roster *roster,
    uint64_t now_ms, bool at_end);

#endif
