/* SPDX-License-Identifier: ISC */
#ifndef SERVE_REPLIES_H
#define SERVE_REPLIES_H

/*
 * The replies of a connection, small ones in company. Whoever takes none of
 * them for a while is cut off, however slow a wire it may have: LIMIT_TAKEN.
 */

#include <stdbool.h>

#include "format/message.h"

struct tls;

struct replies {
	struct tls *tls;
	int idle_ms;	   /* for LIMIT_TAKEN bytes to be taken */
	struct buf output; /* not yet handed to TLS */
};

/*
 * Send one with its payload; `later`: a small one may wait for the next. -1:
 * see tls_write.
 */
int replies_send(struct replies *replies, const struct reply *reply,
    struct span payload, bool later);

/* More of the payload of the last one. */
int replies_more(struct replies *replies, struct span payload);

/* What waits, as the last of a connection, in so long at most. */
void replies_end(struct replies *replies, int timeout_ms);

void replies_release(struct replies *replies);

#endif
