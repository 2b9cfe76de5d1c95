/* SPDX-License-Identifier: ISC */
#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "net/deadline.h"
#include "net/race.h"

static bool
is_port(const char *text)
{
	size_t length = strspn(text, "0123456789");
	long number = strtol(text, NULL, 10);

	return text[length] == '\0' && length >= 1 && length <= 5 &&
	    number >= 1 && number <= 65535;
}

/* The colon before the port, and the host before it, out of its brackets. */
static const char *
find_colon(const char *text, const char **host, size_t *length)
{
	const char *colon = strrchr(text, ':');

	*host = text;
	if (colon == NULL)
		return NULL;
	*length = (size_t)(colon - text);
	if (text[0] == '[') {
		if (*length < 2 || colon[-1] != ']')
			return NULL;
		*host += 1;
		*length -= 2;
	}
	return colon;
}

static bool
is_v6(const char *host)
{
	char bare[INET6_ADDRSTRLEN] = {0};
	size_t length = strcspn(host, "%");
	struct in6_addr number;

	if (length >= sizeof bare || strcmp(host + length, "%") == 0)
		return false;
	memcpy(bare, host, length);
	return inet_pton(AF_INET6, bare, &number) == 1;
}

/* What a name or an IPv4 address is written with. */
static bool
is_name(const char *host)
{
	return host[0] != '-' &&
	    host[strspn(host,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.-_")] == '\0';
}

int
address_parse(const char *text, struct address *address)
{
	const char *host, *colon;
	size_t length;

	*address = (struct address){0};
	colon = find_colon(text, &host, &length);
	if (colon == NULL)
		return fail(FAIL_USAGE,
		    "address '%s' is not of the form host:port or [ipv6]:port",
		    text);
	if (length >= sizeof address->host)
		return fail(FAIL_USAGE, "the host of address '%s' is too long",
		    text);
	memcpy(address->host, host, length);
	if (!is_port(colon + 1))
		return fail(FAIL_USAGE,
		    "the port of address '%s' is not a number from 1 to 65535",
		    text);
	strcpy(address->port, colon + 1);
	if (text[0] == '[' && !is_v6(address->host))
		return fail(FAIL_USAGE, "'%s' is not an IPv6 address",
		    address->host);
	if (text[0] != '[' && strchr(address->host, ':') != NULL)
		return fail(FAIL_USAGE,
		    "address '%s' needs brackets around its IPv6 address",
		    text);
	if (text[0] != '[' && !is_name(address->host))
		return fail(FAIL_USAGE, "address '%s' has no proper host name",
		    text);
	return 0;
}

/* AI_ADDRCONFIG would hide ::1 and 127.0.0.1 on a machine without a network. */
static int
look_up(const struct address *address, int flags, struct addrinfo **found)
{
	struct addrinfo hints = {.ai_flags = flags | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM,
	    .ai_protocol = IPPROTO_TCP};
	const char *host = address->host[0] != '\0' ? address->host : NULL;
	int error = getaddrinfo(host, address->port, &hints, found);

	if (error == 0)
		return 0;
	if (error == EAI_SYSTEM)
		return fail_errno("cannot look up '%s'", address->host);
	return fail(FAIL_SYSTEM, "cannot look up '%s': %s", address->host,
	    gai_strerror(error));
}

/*
 * Small messages go at once; a machine that vanished is noticed in a minute,
 * whether it owes us an acknowledgement (RFC 5482) or we listen to nothing.
 */
static void
tune(int fd)
{
	int on = 1, idle = 30, interval = 10, count = 3, owed_ms = 60000;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &owed_ms, sizeof owed_ms);
}

int
address_connect(const struct address *address, int timeout_ms)
{
	int64_t deadline = deadline_in(timeout_ms);
	struct addrinfo *found;
	int fd;

	if (address->host[0] == '\0')
		return fail(FAIL_USAGE, "address ':%s' names no host",
		    address->port);
	if (look_up(address, 0, &found) != 0)
		return -1;
	fd = race_connect(found, deadline);
	freeaddrinfo(found);
	if (fd < 0)
		return fail_errno("cannot connect to '%s', port %s",
		    address->host, address->port);
	tune(fd);
	return fd;
}

static int
listen_on(const struct addrinfo *at)
{
	int on = 1, fd;

	fd = socket(at->ai_family,
	    at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if ((at->ai_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) !=
		    0) ||
	    bind(fd, at->ai_addr, at->ai_addrlen) != 0 ||
	    listen(fd, SOMAXCONN) != 0) {
		on = errno;
		close(fd);
		errno = on;
		return -1;
	}
	return fd;
}

/* A hosts file may name an address twice. */
static bool
is_repeated(const struct addrinfo *first, const struct addrinfo *at)
{
	for (; first != at; first = first->ai_next)
		if (first->ai_addrlen == at->ai_addrlen &&
		    memcmp(first->ai_addr, at->ai_addr, at->ai_addrlen) == 0)
			return true;
	return false;
}

/* An address that this machine has not, since it has no IPv6, for one. */
static bool
is_absent(int error)
{
	return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

static int
listen_on_all(const struct addrinfo *first, int fd[ADDRESS_LISTENERS])
{
	const struct addrinfo *at;
	int count = 0, absent = EADDRNOTAVAIL, error;

	for (at = first; at != NULL && count < ADDRESS_LISTENERS;
	     at = at->ai_next) {
		if (is_repeated(first, at))
			continue;
		fd[count] = listen_on(at);
		if (fd[count] >= 0) {
			count++;
			continue;
		}
		if (is_absent(absent = errno))
			continue;
		error = errno;
		while (count > 0)
			close(fd[--count]);
		errno = error;
		return -1;
	}
	errno = absent;
	return count > 0 ? count : -1;
}

int
address_listen(const struct address *address, int fd[ADDRESS_LISTENERS])
{
	struct addrinfo *found;
	int count;

	if (look_up(address, AI_PASSIVE, &found) != 0)
		return -1;
	count = listen_on_all(found, fd);
	freeaddrinfo(found);
	if (count < 0)
		return fail_errno("cannot listen on '%s', port %s",
		    address->host, address->port);
	return count;
}

static void
text_v6(const struct sockaddr_in6 *from, char text[static ADDRESS_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "", zone[IF_NAMESIZE + 1] = "%";

	if (IN6_IS_ADDR_V4MAPPED(&from->sin6_addr)) {
		inet_ntop(AF_INET, &from->sin6_addr.s6_addr[12], host,
		    sizeof host);
		snprintf(text, ADDRESS_TEXT, "%s:%u", host,
		    ntohs(from->sin6_port));
		return;
	}
	inet_ntop(AF_INET6, &from->sin6_addr, host, sizeof host);
	if (from->sin6_scope_id == 0 ||
	    if_indextoname(from->sin6_scope_id, zone + 1) == NULL)
		zone[0] = '\0';
	snprintf(text, ADDRESS_TEXT, "[%.45s%.16s]:%u", host, zone,
	    ntohs(from->sin6_port));
}

void
address_text(const struct sockaddr_storage *from,
    char text[static ADDRESS_TEXT])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
	char host[INET_ADDRSTRLEN];

	switch (from->ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
		snprintf(text, ADDRESS_TEXT, "%s:%u", host,
		    ntohs(v4->sin_port));
		break;
	case AF_INET6:
		text_v6((const struct sockaddr_in6 *)from, text);
		break;
	default:
		snprintf(text, ADDRESS_TEXT, "local");
	}
}
