/* SPDX-License-Identifier: ISC */
/* By which addresses listeners are reached: what a holder announces. */
#include "net/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "check.h"

static struct sockaddr_storage
at(const char *ip, uint16_t port)
{
	struct sockaddr_storage storage = {.ss_family = AF_INET};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;

	v4->sin_port = htons(port);
	if (inet_pton(AF_INET, ip, &v4->sin_addr) == 1)
		return storage;
	storage.ss_family = AF_INET6;
	must(inet_pton(AF_INET6, ip, &v6->sin6_addr) == 1, ip);
	return storage;
}

/* A listener there, for IPv4 too if it is on all addresses and `both`. */
static int
listener(const char *ip, uint16_t port, bool both)
{
	struct sockaddr_storage where = at(ip, port);
	int fd = socket(where.ss_family, SOCK_STREAM, 0), only = !both;

	if (where.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
	must(bind(fd, (struct sockaddr *)&where, sizeof where) == 0, ip);
	return fd;
}

static bool
reaches(const struct reach *reach, const char *ip)
{
	struct sockaddr_storage where = at(ip, 1);

	return reach_has(reach, &where);
}

static void
test_one(void)
{
	struct reach reach;
	int fd = listener("127.0.0.1", 0, false);

	must(reach_init(&reach, &fd, 1) == 0, "init");
	check(reach.port != 0, "its port");
	check(reaches(&reach, "127.0.0.1"), "its address");
	check(!reaches(&reach, "127.0.0.2"), "another one");
	check(!reaches(&reach, "::1"), "another family");
	close(fd);
	fd = listener("0.0.0.0", 0, false);
	must(reach_init(&reach, &fd, 1) == 0, "init");
	check(reaches(&reach, "192.0.2.1"), "any");
	check(!reaches(&reach, "::1"), "any of its family");
	close(fd);
}

static void
test_v6(void)
{
	struct reach reach;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd < 0)
		return;
	close(fd);
	fd = listener("::1", 0, true);
	must(reach_init(&reach, &fd, 1) == 0, "init");
	check(reaches(&reach, "::1") && !reaches(&reach, "2001:db8::1") &&
		!reaches(&reach, "127.0.0.1"),
	    "one of IPv6");
	close(fd);
	fd = listener("::", 0, true);
	must(reach_init(&reach, &fd, 1) == 0, "init");
	check(reaches(&reach, "2001:db8::1") && reaches(&reach, "127.0.0.1"),
	    "both families");
	close(fd);
	fd = listener("::", 0, false);
	must(reach_init(&reach, &fd, 1) == 0, "init");
	check(reaches(&reach, "2001:db8::1") && !reaches(&reach, "127.0.0.1"),
	    "IPv6 only");
	close(fd);
}

/* The first port counts; what listens on another one is not announced. */
static void
test_several(void)
{
	struct reach reach;
	int end[2], fd[4];
	size_t i;

	fd[0] = listener("127.0.0.1", 0, false);
	must(reach_init(&reach, fd, 1) == 0, "init");
	fd[1] = listener("127.0.0.2", 0, false);
	fd[2] = listener("127.0.0.3", reach.port, false);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, end) == 0, "pair");
	fd[3] = end[0];
	must(reach_init(&reach, fd, 4) == 0, "init");
	check(reach.ends == 2, "%zu ends", reach.ends);
	check(reaches(&reach, "127.0.0.1") && !reaches(&reach, "127.0.0.2") &&
		reaches(&reach, "127.0.0.3"),
	    "of one port");
	check_fails(reach_init(&reach, &end[0], 1), FAIL_USAGE,
	    "there is no port to announce", "a local socket");
	for (i = 0; i < 4; i++)
		close(fd[i]);
	close(end[1]);
	check_fails(reach_init(&reach, fd, 1), FAIL_USAGE,
	    "there is no port to announce", "nothing");
}

int
main(void)
{
	test_one();
	test_v6();
	test_several();
	return failures != 0;
}
