/* SPDX-License-Identifier: ISC */
#include "net/multicast.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "net/lan.h"

#define TTL 255 /* RFC 6762 section 11 */

/* A thousand services answer at once; the kernel gives what it may. */
#define BUFFER_SIZE (1 << 20)

/* linux/in.h: only groups that this socket has joined, on that interface. */
#define MULTICAST_ALL 49

static const uint8_t group_v4[4] = {224, 0, 0, 251};
static const uint8_t group_v6[16] = {0xff, 2, [15] = 0xfb};

/* The group as an address on this link. Its size. */
static socklen_t
group_address(const struct lan *lan, struct sockaddr_storage *at)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)at;

	memset(at, 0, sizeof *at);
	if (lan->family == AF_INET) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(MULTICAST_PORT);
		memcpy(&v4->sin_addr, group_v4, sizeof group_v4);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(MULTICAST_PORT);
	v6->sin6_scope_id = lan->index;
	memcpy(&v6->sin6_addr, group_v6, sizeof group_v6);
	return sizeof *v6;
}

static int
set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value);
}

/*
 * A socket that sends to this link only, and tells of what comes its TTL and
 * its link.
 */
static int
open_sender(const struct lan *lan)
{
	struct ip_mreqn by = {.imr_ifindex = (int)lan->index};
	int fd, result;

	fd = socket(lan->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	set(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_SIZE);
	if (lan->family == AF_INET)
		result = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &by,
			     sizeof by) != 0 ||
		    set(fd, IPPROTO_IP, IP_MULTICAST_TTL, TTL) != 0 ||
		    set(fd, IPPROTO_IP, IP_PKTINFO, 1) != 0 ||
		    set(fd, IPPROTO_IP, IP_RECVTTL, 1) != 0;
	else
		result = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0 ||
		    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)lan->index) !=
			0 ||
		    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, TTL) != 0 ||
		    set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) != 0 ||
		    set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) != 0;
	if (result == 0)
		return fd;
	close(fd);
	return -1;
}

/* Take part in the group, on this link alone. */
static int
join(const struct lan *lan, int fd)
{
	struct ip_mreqn v4 = {.imr_ifindex = (int)lan->index};
	struct ipv6_mreq v6 = {.ipv6mr_interface = lan->index};

	if (lan->family == AF_INET) {
		memcpy(&v4.imr_multiaddr, group_v4, sizeof group_v4);
		return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &v4,
			   sizeof v4) == 0 &&
			set(fd, IPPROTO_IP, MULTICAST_ALL, 0) == 0
		    ? 0
		    : -1;
	}
	memcpy(&v6.ipv6mr_multiaddr, group_v6, sizeof group_v6);
	return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &v6, sizeof v6);
}

int
multicast_open_group(struct lan *lan)
{
	struct sockaddr_storage at;
	socklen_t size = group_address(lan, &at);
	int fd = open_sender(lan);

	/* Every responder of this machine shares the port (section 15.1). */
	if (fd >= 0 && set(fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0 &&
	    set(fd, SOL_SOCKET, SO_REUSEPORT, 1) == 0 &&
	    bind(fd, (struct sockaddr *)&at, size) == 0 && join(lan, fd) == 0) {
		lan->group = fd;
		return 0;
	}
	fail_errno("cannot take part in multicast DNS on '%s'", lan->name);
	if (fd >= 0)
		close(fd);
	return -1;
}

int
multicast_open_single(struct lan *lan)
{
	lan->single = open_sender(lan);
	if (lan->single < 0)
		return fail_errno("cannot ask by multicast on '%s'", lan->name);
	return 0;
}

void
multicast_close(struct lan *lan)
{
	if (lan->group >= 0)
		close(lan->group);
	if (lan->single >= 0)
		close(lan->single);
	lan->group = lan->single = -1;
}

int
multicast_send_to(const struct lan *lan, int fd, struct span packet,
    const struct sockaddr_storage *to)
{
	socklen_t size = to->ss_family == AF_INET ? sizeof(struct sockaddr_in)
						  : sizeof(struct sockaddr_in6);

	if (sendto(fd, packet.data, packet.size, 0, (const struct sockaddr *)to,
		size) < 0)
		return fail_errno("cannot multicast on '%s'", lan->name);
	return 0;
}

int
multicast_send(const struct lan *lan, int fd, struct span packet)
{
	struct sockaddr_storage at;

	group_address(lan, &at);
	return multicast_send_to(lan, fd, packet, &at);
}

/* How a packet came. */
struct passage {
	int ttl; /* or the hop limit, that it had left */
	unsigned index;
};

static struct passage
passage_of(struct msghdr *message)
{
	struct passage passage = {.ttl = -1};
	struct in6_pktinfo v6;
	struct in_pktinfo v4;
	struct cmsghdr *at;

	for (at = CMSG_FIRSTHDR(message); at != NULL;
	     at = CMSG_NXTHDR(message, at)) {
		bool ip = at->cmsg_level == IPPROTO_IP;

		if (at->cmsg_type == (ip ? IP_TTL : IPV6_HOPLIMIT)) {
			memcpy(&passage.ttl, CMSG_DATA(at), sizeof(int));
		} else if (ip && at->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(at), sizeof v4);
			passage.index = (unsigned)v4.ipi_ifindex;
		} else if (!ip && at->cmsg_type == IPV6_PKTINFO) {
			memcpy(&v6, CMSG_DATA(at), sizeof v6);
			passage.index = v6.ipi6_ifindex;
		}
	}
	return passage;
}

ssize_t
multicast_receive(const struct lan *lan, int fd, void *to, size_t size,
    struct sockaddr_storage *from)
{
	union {
		char bytes[256];
		struct cmsghdr align;
	} control;
	struct iovec part = {to, size};
	struct msghdr message = {.msg_name = from,
	    .msg_namelen = sizeof *from,
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof control};
	ssize_t got = recvmsg(fd, &message, 0);
	struct passage passage;
	bool near;

	if (got < 0)
		return -1;
	passage = passage_of(&message);
	near = passage.index == lan->index &&
	    (lan_has(lan, from) || (fd == lan->group && passage.ttl == TTL));
	return near && (message.msg_flags & MSG_TRUNC) == 0 ? got : 0;
}

unsigned
multicast_port(const struct sockaddr_storage *at)
{
	return ntohs(at->ss_family == AF_INET
		? ((const struct sockaddr_in *)at)->sin_port
		: ((const struct sockaddr_in6 *)at)->sin6_port);
}
