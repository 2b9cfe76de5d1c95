/* SPDX-License-Identifier: ISC */
#ifndef FIND_FILTER_H
#define FIND_FILTER_H

/*
 * Whom never to dial, whoever says that a peer is there: otherwise a stranger
 * could have us knock at our own services, at those of our network, or at a
 * victim's. What the user has typed into the roster is not held to it.
 *
 *     0/8, 127/8, ::, ::1, multicast, reserved   never
 *     ports below 1024                           never
 *     private and link-local addresses           heard on the link itself
 *                                                (mDNS), or of a network that
 *                                                one of our interfaces is in
 */

#include "format/found.h"

#define FILTER_OWN 64

/* A network that an interface of this machine is in. */
struct filter_own {
	uint8_t ip[16];
	unsigned ip_size, bits;
	char zone[16];
};

struct filter {
	struct filter_own own[FILTER_OWN];
	size_t count;
};

/* Ask the kernel for this machine's own networks (getifaddrs(3)). */
int filter_load(struct filter *filter);

/* Whether the address may be dialled, by who says it. */
bool filter_allows(const struct filter *filter, const struct found *found);

/* How far away: 0 on a network of our own, 1 private, 2 anywhere. */
unsigned filter_distance(const struct filter *filter,
    const struct found *found);

/* Whether both are in one /24, or one /48 of IPv6. */
bool filter_same_net(const struct found *a, const struct found *b);

#endif
