/* SPDX-License-Identifier: ISC */
/*
 * What is heard on a link, and what is not (RFC 6762 section 11), even where
 * the kernel hands it to us.
 */
#include "net/multicast.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "links.h"

#define MULTICAST_ALL 49

static struct lan one, two;
static const struct span word = {(const uint8_t *)"word", 4};

/* Then what is sent to this host alone stays another responder's. */
static void
check_bound(const struct lan *lan)
{
	static const uint8_t v4_group[] = {224, 0, 0, 251};
	static const uint8_t v6_group[16] = {0xff, 2, [15] = 0xfb};
	struct sockaddr_storage at;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&at;
	socklen_t size = sizeof at;

	must(getsockname(lan->group, (struct sockaddr *)&at, &size) == 0,
	    "name");
	check(multicast_port(&at) == MULTICAST_PORT &&
		(lan->family == AF_INET
			? memcmp(&v4->sin_addr, v4_group, 4) == 0
			: memcmp(&v6->sin6_addr, v6_group, 16) == 0),
	    "bound to all addresses");
}

/* Have the kernel give us what comes to the group by any link. */
static void
open_wide(struct lan *lan)
{
	int all = 1;

	must(lan->family == AF_INET ? setsockopt(lan->group, IPPROTO_IP,
					  MULTICAST_ALL, &all, sizeof all) == 0
				    : setsockopt(lan->group, SOL_SOCKET,
					  SO_BINDTODEVICE, "", 0) == 0,
	    "open to all links");
}

/* What is made of the packet that the kernel has for `one`. */
static ssize_t
hears(size_t room)
{
	struct pollfd comes = {one.group, POLLIN, 0};
	struct sockaddr_storage from;
	uint8_t packet[64];

	must(poll(&comes, 1, 5000) == 1, "a packet arrives");
	return multicast_receive(&one, one.group, packet, room, &from);
}

/* To the group on `one`, from that address of ours, with that TTL. */
static void
send_from(const char *ip, int ttl)
{
	struct lan by = one;
	struct sockaddr_storage at = {.ss_family = (sa_family_t)one.family};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
	bool four = one.family == AF_INET;

	must(inet_pton(one.family, ip,
		 four ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr) == 1,
	    ip);
	if (strncmp(ip, "fe80", 4) == 0)
		v6->sin6_scope_id = one.index;
	must(multicast_open_single(&by) == 0 &&
		bind(by.single, (struct sockaddr *)&at,
		    four ? sizeof *v4 : sizeof *v6) == 0 &&
		setsockopt(by.single, four ? IPPROTO_IP : IPPROTO_IPV6,
		    four ? IP_MULTICAST_TTL : IPV6_MULTICAST_HOPS, &ttl,
		    sizeof ttl) == 0 &&
		multicast_send(&by, by.single, word) == 0,
	    "send");
	close(by.single);
}

static void
test_no_link(int family)
{
	struct lan none = {.name = "none", .index = 9999, .family = family};

	check_fails(multicast_open_group(&none), FAIL_SYSTEM,
	    "cannot take part in multicast DNS on 'none'", "the group");
	check_fails(multicast_open_single(&none), FAIL_SYSTEM,
	    "cannot ask by multicast on 'none'", "a port");
}

static void
test_links(const char *family)
{
	must(multicast_send(&two, two.group, word) == 0, "send");
	check(hears(64) == 0, "%s: another link is heard", family);
	must(multicast_send(&one, one.group, word) == 0, "send");
	check(hears(64) == 4, "%s: the link is not heard", family);
	must(multicast_send(&one, one.group, word) == 0, "send");
	check(hears(3) == 0, "%s: the beginning is heard", family);
}

static void
test_senders(const char *on_link, const char *off_link)
{
	send_from(off_link, 254);
	check(hears(64) == 0, "%s: what was forwarded is heard", off_link);
	send_from(off_link, 255);
	check(hears(64) == 4, "%s: a neighbour is not heard", off_link);
	send_from(on_link, 1);
	check(hears(64) == 4, "%s: an address of the link's", on_link);
}

static void
test_family(int family)
{
	bool four = family == AF_INET;
	struct sockaddr_storage from;
	uint8_t packet[64];

	one = link_of("one", family);
	two = link_of("two", family);
	must(multicast_open_group(&one) == 0 && multicast_open_group(&two) == 0,
	    "open");
	check(multicast_receive(&one, one.group, packet, 64, &from) == -1,
	    "something is there");
	check_bound(&one);
	open_wide(&one);
	test_links(four ? "IPv4" : "IPv6");
	test_senders(four ? "10.77.1.1" : "fe80::1",
	    four ? "192.0.2.1" : "2001:db8::1");
	multicast_close(&one);
	multicast_close(&two);
	check(one.group == -1 && two.group == -1, "closed");
}

int
main(void)
{
	links();
	test_no_link(AF_INET);
	test_no_link(AF_INET6);
	test_family(AF_INET);
	test_family(AF_INET6);
	return failures != 0;
}
