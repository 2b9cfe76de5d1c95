/* SPDX-License-Identifier: ISC */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

/*
 * The operations log: one line an event on stderr, logfmt or JSON (RFC 8259),
 * with priorities in front (sd-daemon(3)) when stderr is the journal. What
 * peers send is escaped; secrets are never handed in.
 */

#include "base/bytes.h"
#include "base/log.h"

struct event {
	enum log_level level;
	const char *name;	    /* "put", "refused", ...: stable words */
	const char *peer;	    /* name or address; NULL: nobody */
	const char *id;		    /* of the peer, in base32, or NULL */
	const struct digest *owner; /* NULL: does not matter */
	const struct digest *shard;
	uint64_t bytes; /* 0: does not matter */
	uint64_t ms;
	const char *outcome; /* "ok", or a sentence */
};

void event_start(bool json);
void event_write(const struct event *event);

/* A warning: what went wrong last (base/fail.h), with this peer or nobody. */
void event_trouble(const char *name, const char *peer);

/* Milliseconds of a clock that only goes forward. */
uint64_t event_clock(void);

#endif
