/* SPDX-License-Identifier: ISC */
#ifndef NET_REACH_H
#define NET_REACH_H

/* By which addresses of this machine its listening sockets can be reached. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define REACH_MOST 64

struct reach_end {
	struct sockaddr_storage at;
	bool takes_v4; /* besides its own IPv6 */
};

struct reach {
	struct reach_end end[REACH_MOST];
	size_t ends;
	uint16_t port; /* of the first; those with another do not count */
};

/* What these listen on. FAIL_USAGE: none of them has a port. */
int reach_init(struct reach *reach, const int *listener, size_t listeners);

/* Whether a connection to `at` and that port gets to one of them. */
bool reach_has(const struct reach *reach, const struct sockaddr_storage *at);

#endif
