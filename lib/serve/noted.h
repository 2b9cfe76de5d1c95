/* SPDX-License-Identifier: ISC */
#ifndef SERVE_NOTED_H
#define SERVE_NOTED_H

/*
 * What the log has of one connection: its beginning and end, and a line a
 * request, as loud as it deserves.
 */

#include "format/message.h"

struct refusals;

/* Who is at the other end, as far as is known. */
struct noted {
	struct refusals *refusals; /* NULL: all have a line */
	const char *name;
	const struct digest *id;
	bool proved; /* the handshake has gone well */
	bool stranger;
};

/* A request that took so long; the slot has what went wrong with it. */
void noted_request(const struct noted *noted, const struct request *request,
    const struct reply *reply, uint64_t ms);

/* "connect" or "disconnect": 0, or -1 with the reason in the slot. */
void noted_connection(const struct noted *noted, const char *event, int result);

#endif
