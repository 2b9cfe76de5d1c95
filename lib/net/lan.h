/* SPDX-License-Identifier: ISC */
#ifndef NET_LAN_H
#define NET_LAN_H

/*
 * The links of this machine, and which addresses lie on them. A struct lan is
 * one family on one interface, with the sockets of net/multicast.h.
 */

#include <net/if.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/bytes.h"

#define LAN_MOST 64	/* a machine with more runs containers */
#define LAN_ADDRESSES 8 /* of one family on one interface */

/* An address of the interface; IPv4 takes the first four bytes. */
struct lan_address {
	uint8_t byte[16], mask[16];
};

struct lan {
	char name[IF_NAMESIZE];
	unsigned index;
	int family; /* AF_INET, AF_INET6 */
	struct lan_address address[LAN_ADDRESSES];
	size_t addresses;
	int group, single; /* sockets; -1: closed */
};

/*
 * The links that are up and can multicast, but neither loopback nor
 * point-to-point ones; or, when `count` is not 0, those named, whatever they
 * are. Their sockets are closed. How many; -1: FAIL_USAGE, one of the names
 * is that of no interface which is up and has an address, or FAIL_SYSTEM.
 */
int lan_list(const char *const *name, size_t count,
    struct lan lan[static LAN_MOST]);

/* One of the link's own addresses, without a port. */
void lan_address(const struct lan *lan, size_t number,
    struct sockaddr_storage *at);

/* Whether an address lies on the link, and is of its family. */
bool lan_has(const struct lan *lan, const struct sockaddr_storage *at);

#endif
