/* SPDX-License-Identifier: ISC */
/*
 * Addresses: what is none, where nobody listens, where nobody answers, and
 * the loopback in both families.
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "net/deadline.h"
#include "net/race.h"

static void
texts_that_are_none(void)
{
	static const char *const bad[][2] = {{"", "not of the form"},
	    {"host", "not of the form"}, {"[::1]", "not of the form"},
	    {"[::1]7117", "not of the form"}, {"[:7117", "not of the form"},
	    {"host:", "not a number from 1 to 65535"},
	    {"host:0", "not a number"}, {"host:65536", "not a number"},
	    {"host:999999999999", "not a number"}, {"host:-1", "not a number"},
	    {"host:+1", "not a number"}, {"host: 1", "not a number"},
	    {"host:1x", "not a number"}, {"host:http", "not a number"},
	    {"::1:7117", "needs brackets"},
	    {"fe80::1%lo:7117", "needs brackets"},
	    {"[host]:1", "not an IPv6 address"},
	    {"[]:1", "not an IPv6 address"},
	    {"[127.0.0.1]:1", "not an IPv6 address"},
	    {"[::1%]:1", "not an IPv6 address"},
	    {"ho st:1", "no proper host name"},
	    {"-host:1", "no proper host name"},
	    {"user@host:1", "no proper host name"},
	    {"//host:1", "no proper host name"},
	    {"host\n:1", "no proper host name"},
	    {"h\xc3\xb6st:1", "no proper host name"}};
	char longest[300];
	struct address address;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check_fails(address_parse(bad[i][0], &address), FAIL_USAGE,
		    bad[i][1], bad[i][0]);
	memset(longest, 'a', sizeof longest);
	strcpy(longest + 256, ":1");
	check_fails(address_parse(longest, &address), FAIL_USAGE, "too long",
	    "256 characters");
	strcpy(longest + 255, ":1");
	check(address_parse(longest, &address) == 0, "255 characters");
}

static void
texts_that_are_some(void)
{
	static const char *const good[][3] = {{"host:1", "host", "1"},
	    {"a-b_c.example.org:65535", "a-b_c.example.org", "65535"},
	    {"192.0.2.7:7117", "192.0.2.7", "7117"},
	    {"[2001:db8::7]:7117", "2001:db8::7", "7117"},
	    {"[fe80::1%eth0]:7117", "fe80::1%eth0", "7117"},
	    {":7117", "", "7117"}};
	struct address address;
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		check(address_parse(good[i][0], &address) == 0, "%s: %s",
		    good[i][0], fail_last()->text);
		check(strcmp(address.host, good[i][1]) == 0 &&
			strcmp(address.port, good[i][2]) == 0,
		    "%s: host '%s', port '%s'", good[i][0], address.host,
		    address.port);
	}
}

static struct address
parsed(const char *host, unsigned port)
{
	struct address address;
	char text[280];

	snprintf(text, sizeof text, "%s:%u", host, port);
	must(address_parse(text, &address) == 0, text);
	return address;
}

/* Listening sockets on a free port of `host`. */
static int
listen_anywhere(const char *host, struct address *address,
    int fd[ADDRESS_LISTENERS])
{
	int tries, count = -1;

	for (tries = 0; count < 0 && tries < 50; tries++) {
		*address = parsed(host,
		    20000 + (unsigned)getpid() % 10000 +
			random_number() % 2000);
		count = address_listen(address, fd);
	}
	return count;
}

static void
nobody_there(void)
{
	int fd[ADDRESS_LISTENERS], again[ADDRESS_LISTENERS];
	struct address address;

	must(listen_anywhere("127.0.0.1", &address, fd) == 1, "a listener");
	check_fails(address_listen(&address, again), FAIL_SYSTEM, "Address",
	    "a port twice");
	close(fd[0]);
	check_fails(address_connect(&address, 5000), FAIL_SYSTEM,
	    "Connection refused", "a port that is closed");
	address = parsed("no-such-host.invalid", 1);
	check_fails(address_connect(&address, 5000), FAIL_SYSTEM,
	    "cannot look up 'no-such-host.invalid'", "a name that is none");
	check_fails(address_listen(&address, fd), FAIL_SYSTEM, "cannot look up",
	    "listening on a name that is none");
	address = parsed("192.0.2.1", 7117);
	check_fails(address_listen(&address, fd), FAIL_SYSTEM,
	    "cannot listen on '192.0.2.1'", "listening elsewhere");
	address = parsed("", 7117);
	check_fails(address_connect(&address, 5000), FAIL_USAGE,
	    "names no host", "connecting to anywhere");
}

/* A connection in both directions, and what the two sockets are like. */
static void
reached(const char *host, const char *prefix)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof from;
	int listener[ADDRESS_LISTENERS], fd, on = 0;
	char text[ADDRESS_TEXT];
	struct address address;
	struct pollfd ready;

	if (!check(listen_anywhere(host, &address, listener) == 1, "%s: %s",
		host, fail_last()->text))
		return;
	fd = address_connect(&address, 5000);
	check(fd >= 0, "%s: %s", host, fail_last()->text);
	check(fcntl(fd, F_GETFL) & O_NONBLOCK &&
		fcntl(listener[0], F_GETFL) & O_NONBLOCK,
	    "%s: it blocks", host);
	check(fcntl(fd, F_GETFD) & FD_CLOEXEC &&
		fcntl(listener[0], F_GETFD) & FD_CLOEXEC,
	    "%s: a child inherits it", host);
	size = sizeof on;
	getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size);
	check(on != 0, "%s: small messages wait", host);
	ready = (struct pollfd){listener[0], POLLIN, 0};
	check(poll(&ready, 1, 5000) == 1, "%s: nobody came", host);
	size = sizeof from;
	close(accept(listener[0], (struct sockaddr *)&from, &size));
	address_text(&from, text);
	check(strncmp(text, prefix, strlen(prefix)) == 0, "%s is '%s'", host,
	    text);
	close(listener[0]);
	close(fd);
}

static bool
has_v6(void)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6,
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool has = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;

	close(fd);
	return has;
}

/* Both families at once, each only its own. */
static void
any_address(void)
{
	int listener[ADDRESS_LISTENERS], count, fd;
	struct address address;

	count = listen_anywhere("", &address, listener);
	check(count == 2, "%d listeners for every address", count);
	strcpy(address.host, "127.0.0.1");
	fd = address_connect(&address, 5000);
	check(fd >= 0, "IPv4: %s", fail_last()->text);
	close(fd);
	strcpy(address.host, "::1");
	fd = address_connect(&address, 5000);
	check(fd >= 0, "IPv6: %s", fail_last()->text);
	close(fd);
	while (count > 0)
		close(listener[--count]);
}

/* A listener whose queue is full: connections to it stay unanswered. */
struct hole {
	struct sockaddr_in at;
	struct addrinfo info;
	int fd[8];
};

static void
hole_open(struct hole *hole)
{
	struct sockaddr *address = (struct sockaddr *)&hole->at;
	socklen_t size = sizeof hole->at;
	size_t i;

	hole->at = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	hole->info = (struct addrinfo){.ai_family = AF_INET,
	    .ai_socktype = SOCK_STREAM,
	    .ai_addr = address,
	    .ai_addrlen = size};
	for (i = 0; i < COUNT(hole->fd); i++)
		hole->fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	must(bind(hole->fd[0], address, size) == 0 &&
		listen(hole->fd[0], 0) == 0 &&
		getsockname(hole->fd[0], address, &size) == 0,
	    "a hole");
	for (i = 1; i < COUNT(hole->fd); i++)
		(void)!connect(hole->fd[i], address, size);
}

static void
hole_close(struct hole *hole)
{
	size_t i;

	for (i = 0; i < COUNT(hole->fd); i++)
		close(hole->fd[i]);
}

static void
races(void)
{
	struct hole hole;
	struct sockaddr_in good, refused;
	struct addrinfo second, third;
	socklen_t size = sizeof good;
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd;
	int64_t deadline;

	hole_open(&hole);
	fd = race_connect(&hole.info, deadline_in(200));
	check(fd < 0 && errno == ETIMEDOUT, "a connection to nowhere");

	good = refused = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	refused.sin_port = htons(1);
	must(bind(listener, (struct sockaddr *)&good, size) == 0 &&
		listen(listener, 5) == 0 &&
		getsockname(listener, (struct sockaddr *)&good, &size) == 0,
	    "a listener");
	second = third = hole.info;
	second.ai_addr = (struct sockaddr *)&refused;
	third.ai_addr = (struct sockaddr *)&good;
	hole.info.ai_next = &second;
	second.ai_next = &third;
	deadline = deadline_in(60000);
	fd = race_connect(&hole.info, deadline);
	check(fd >= 0, "the third address: %s", strerror(errno));
	check(deadline_left(deadline) > 30000, "the race took %d ms",
	    60000 - deadline_left(deadline));
	close(fd);
	close(listener);
	hole_close(&hole);
}

int
main(void)
{
	texts_that_are_none();
	texts_that_are_some();
	nobody_there();
	reached("127.0.0.1", "127.0.0.1:");
	if (has_v6()) {
		reached("[::1]", "[::1]:");
		any_address();
	}
	races();
	return failures != 0;
}
