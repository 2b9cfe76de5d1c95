/* SPDX-License-Identifier: ISC */
#include "net/nameserver.h"

#include <netinet/in.h>
#include <string.h>

#include "base/fail.h"
#include "base/regular.h"
#include "net/address.h"
#include "net/race.h"

#define DNS_PORT "53"
#define CONF_SIZE (64 << 10) /* resolv.conf(5) has some lines */

static int
add(struct nameservers *servers, const char *host, const char *port)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM};
	struct sockaddr_storage *at;
	struct addrinfo *found;

	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	if (servers->count < NAMESERVERS_MOST) {
		at = &servers->at[servers->count++];
		memset(at, 0, sizeof *at);
		memcpy(at, found->ai_addr, found->ai_addrlen);
	}
	freeaddrinfo(found);
	return 0;
}

int
nameservers_parse(struct nameservers *servers, const char *server)
{
	struct address address;

	servers->count = 0;
	if (add(servers, server, DNS_PORT) == 0 ||
	    (address_parse(server, &address) == 0 &&
		add(servers, address.host, address.port) == 0))
		return 0;
	return fail(FAIL_USAGE,
	    "DNS server '%s' is not of the form ip, ip:port or [ipv6]:port",
	    server);
}

static void
take_line(void *servers, char *line)
{
	char *host = line + strcspn(line, " \t");

	host += strspn(host, " \t");
	host[strcspn(host, " \t\r")] = '\0';
	if (strncmp(line, "nameserver", 10) == 0 && host - line > 10)
		add(servers, host, DNS_PORT);
}

int
nameservers_load(struct nameservers *servers, const char *path)
{
	int result;

	servers->count = 0;
	result = regular_each_line(path, CONF_SIZE, take_line, servers);
	if (result == 0 && servers->count == 0)
		add(servers, "127.0.0.1", DNS_PORT);
	return result;
}

void
nameservers_drop(struct nameservers *servers, const struct sockaddr_storage *at)
{
	size_t i, kept = 0;

	for (i = 0; i < servers->count; i++)
		if (memcmp(&servers->at[i], at, sizeof *at) != 0)
			servers->at[kept++] = servers->at[i];
	servers->count = kept;
}

static socklen_t
size_of(const struct sockaddr_storage *at)
{
	return at->ss_family == AF_INET ? sizeof(struct sockaddr_in)
					: sizeof(struct sockaddr_in6);
}

int
nameservers_connect(const struct nameservers *servers, int64_t deadline,
    struct sockaddr_storage *at)
{
	struct addrinfo info[NAMESERVERS_MOST];
	socklen_t size = sizeof *at;
	char text[ADDRESS_TEXT];
	size_t i;
	int fd;

	for (i = 0; i < servers->count; i++)
		info[i] = (struct addrinfo){.ai_family =
						servers->at[i].ss_family,
		    .ai_socktype = SOCK_STREAM,
		    .ai_addr = (struct sockaddr *)&servers->at[i],
		    .ai_addrlen = size_of(&servers->at[i]),
		    .ai_next = i + 1 < servers->count ? &info[i + 1] : NULL};
	fd = race_connect(info, deadline);
	if (fd < 0) {
		address_text(&servers->at[0], text);
		return fail_errno("cannot reach DNS server '%s'", text);
	}
	memset(at, 0, sizeof *at);
	getpeername(fd, (struct sockaddr *)at, &size);
	return fd;
}
