/* SPDX-License-Identifier: ISC */
#ifndef LINKS_H
#define LINKS_H

/*
 * Two links in a network of this process's own: "one" has 10.77.1.1 and
 * fe80::1, "two" has 10.77.2.1 and fe80::2. 192.0.2.1 and 2001:db8::1 are its
 * own as well, but on neither.
 */

#include <sched.h>
#include <string.h>

#include "check.h"
#include "net/lan.h"

static const char links_up[] =
    "set -e; ip link set lo up\n"
    "ip addr add 192.0.2.1/32 dev lo\n"
    "ip -6 addr add 2001:db8::1/128 dev lo nodad\n"
    "for n in one two; do\n"
    "	i=$((i + 1))\n"
    "	ip link add $n type veth peer name $n-end\n"
    "	ip link set $n addrgenmode none\n"
    "	ip link set $n up\n"
    "	ip link set $n-end up\n"
    "	ip addr add 10.77.$i.1/24 dev $n\n"
    "	ip -6 addr add fe80::$i/64 dev $n nodad\n"
    "done";

/* The test is skipped where there are no namespaces. */
static inline void
links(void)
{
	if (system("command -v ip > /dev/null") != 0 ||
	    (unshare(CLONE_NEWNET) != 0 &&
		unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0))
		exit(77);
	must(system(links_up) == 0, "links");
}

/* One family of one of them. */
static inline struct lan
link_of(const char *name, int family)
{
	struct lan lan[LAN_MOST];
	int count = lan_list(&name, 1, lan), i;

	for (i = 0; i < count && lan[i].family != family; i++)
		;
	must(count > 0 && i < count, name);
	return lan[i];
}

#endif
