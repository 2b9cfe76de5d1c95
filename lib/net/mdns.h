/* SPDX-License-Identifier: ISC */
#ifndef NET_MDNS_H
#define NET_MDNS_H

/*
 * Services on the links of this machine, by multicast DNS (RFC 6762, 6763):
 * asked on every interface, by IPv4 and IPv6, in two ways at once. The full
 * query goes out from port 5353 of the group's own address, so it takes
 * nothing from another responder of this machine, and its answers pass a
 * firewall; the legacy one (section 6.7) is answered at once and needs no
 * such port. What was sent from off the link is not heeded.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/service.h"

struct mdns_options {
	const char *type;	      /* "_shardkit._tcp": asked in local. */
	const char *const *interface; /* names; NULL: all that can multicast */
	size_t interfaces;
	int wait_ms; /* 2500 is what a slow link needs */

	/*
	 * Go on after `wait_ms`, for good: what changes is told again, what
	 * said goodbye or was not heard of any more is told with a ttl of 0.
	 */
	bool watch;
	int wake; /* ends it when readable; -1: none */
};

/*
 * Call `each` with every endpoint when it is first heard of, and again when
 * its SRV or TXT record changes or it lives much longer than was told. One
 * thread, that of the caller. 0: time is up, `wake` is readable, or `each`
 * had enough; -1: `each` failed, or FAIL_SYSTEM, no interface can be asked,
 * or FAIL_USAGE, there is no such interface.
 */
int mdns_browse(const struct mdns_options *options, service_each each,
    void *context);

#endif
