/* SPDX-License-Identifier: ISC */
#include "net/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/fail.h"
#include "net/multicast.h"

/* An IPv6 listener on every address may take IPv4 as well (ipv6(7)). */
static bool
takes_v4(int listener, const struct sockaddr_in6 *at)
{
	socklen_t size = sizeof(int);
	int only = 1;

	return IN6_IS_ADDR_UNSPECIFIED(&at->sin6_addr) &&
	    getsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) ==
	    0 &&
	    only == 0;
}

static bool
describe(int listener, struct reach_end *end)
{
	socklen_t size = sizeof end->at;

	*end = (struct reach_end){.takes_v4 = false};
	if (getsockname(listener, (struct sockaddr *)&end->at, &size) != 0)
		return false;
	if (end->at.ss_family == AF_INET6)
		end->takes_v4 =
		    takes_v4(listener, (struct sockaddr_in6 *)&end->at);
	return end->at.ss_family == AF_INET || end->at.ss_family == AF_INET6;
}

int
reach_init(struct reach *reach, const int *listener, size_t listeners)
{
	struct reach_end end;
	size_t i;

	reach->ends = 0;
	for (i = 0; i < listeners && reach->ends < REACH_MOST; i++) {
		if (!describe(listener[i], &end))
			continue;
		if (reach->ends == 0)
			reach->port = (uint16_t)multicast_port(&end.at);
		if (multicast_port(&end.at) == reach->port)
			reach->end[reach->ends++] = end;
	}
	if (reach->ends == 0)
		return fail(FAIL_USAGE,
		    "there is no port to announce: say where to listen");
	return 0;
}

static bool
gets_to(const struct reach_end *end, const struct sockaddr_storage *at)
{
	const struct sockaddr_in *end_v4 = (const void *)&end->at;
	const struct sockaddr_in6 *end_v6 = (const void *)&end->at;
	const struct sockaddr_in *v4 = (const void *)at;
	const struct sockaddr_in6 *v6 = (const void *)at;

	if (end->at.ss_family != at->ss_family)
		return at->ss_family == AF_INET && end->takes_v4;
	if (at->ss_family == AF_INET)
		return end_v4->sin_addr.s_addr == htonl(INADDR_ANY) ||
		    end_v4->sin_addr.s_addr == v4->sin_addr.s_addr;
	return IN6_IS_ADDR_UNSPECIFIED(&end_v6->sin6_addr) ||
	    memcmp(&end_v6->sin6_addr, &v6->sin6_addr, sizeof v6->sin6_addr) ==
	    0;
}

bool
reach_has(const struct reach *reach, const struct sockaddr_storage *at)
{
	size_t i;

	for (i = 0; i < reach->ends; i++)
		if (gets_to(&reach->end[i], at))
			return true;
	return false;
}
