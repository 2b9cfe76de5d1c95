/* SPDX-License-Identifier: ISC */
#ifndef NET_LISTENERS_H
#define NET_LISTENERS_H

/*
 * The sockets that a daemon takes connections from: its own, and those that a
 * service manager hands over. They are non-blocking, and no command that the
 * daemon runs inherits them.
 */

#include "net/address.h"

#define LISTENERS_MOST 64

struct listeners {
	int fd[LISTENERS_MOST];
	size_t count;
};

/*
 * Listen on all that an address, "host:port" or ":port", stands for. -1:
 * FAIL_USAGE, also for too many; FAIL_SYSTEM.
 */
int listeners_open(struct listeners *listeners, const char *address);

/*
 * Add the sockets that the service manager handed over (sd_listen_fds(3)),
 * which may be none. -1: as above, also for what does not listen.
 */
int listeners_inherit(struct listeners *listeners);

/*
 * Take a connection from one of them, a non-blocking socket (TCP_NODELAY,
 * keep-alive), with the text of where it comes from. -1: there is none.
 */
int listeners_accept(int listener, char from[static ADDRESS_TEXT]);

/* Those of this process only: others that have them go on. */
void listeners_close(const struct listeners *listeners);

#endif
