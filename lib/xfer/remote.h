/* SPDX-License-Identifier: ISC */
#ifndef XFER_REMOTE_H
#define XFER_REMOTE_H

/*
 * The other end of a wire: by TCP, or through a program that we start, anew
 * for each connection of the session.
 */

#include <stdatomic.h>

#include "base/child.h"
#include "xfer/owed.h"
#include "xfer/session.h"

struct remote {
	const char *address;
	struct session *session;
	atomic_uint asked; /* session_breaks when it was asked for its room */
	struct child child;
	bool has_child;

	struct owed owed; /* see xfer/deposit.h */
	pthread_mutex_t committing;
};

/*
 * Connect to host:port or exec:command, to the peer with that id. NULL: see
 * session_open. The address must outlive it, and so must `counts`, which may
 * be NULL.
 */
struct remote *remote_open(const char *address, const struct digest *peer,
    const struct secret *scalar, struct counts *counts);
void remote_close(struct remote *remote);

#endif
