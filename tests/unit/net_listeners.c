/* SPDX-License-Identifier: ISC */
/* A daemon's sockets: its own, and those that were handed over. */
#include "net/listeners.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define FIRST 3 /* of those that a service manager hands over */

static void
is_ours(int fd, const char *what)
{
	check(fcntl(fd, F_GETFL) & O_NONBLOCK, "%s blocks", what);
	check(fcntl(fd, F_GETFD) & FD_CLOEXEC, "a command inherits %s", what);
}

/* On a free port of 127.0.0.1. */
static int
open_one(struct listeners *listeners)
{
	char text[32];
	int tries, result = -1;

	for (tries = 0; tries < 50 && result != 0; tries++) {
		snprintf(text, sizeof text, "127.0.0.1:%u",
		    20000 + (unsigned)getpid() % 10000 +
			(unsigned)(random_number() % 2000));
		result = listeners_open(listeners, text);
	}
	return result;
}

static struct address
address_of(int listener)
{
	struct sockaddr_in at;
	socklen_t size = sizeof at;
	struct address address = {.host = "127.0.0.1"};

	must(getsockname(listener, (struct sockaddr *)&at, &size) == 0,
	    "its address");
	snprintf(address.port, sizeof address.port, "%u", ntohs(at.sin_port));
	return address;
}

static void
test_bad(void)
{
	struct listeners listeners = {0};

	check_fails(listeners_open(&listeners, "nonsense"), FAIL_USAGE, "",
	    "no address");
	check_fails(listeners_open(&listeners, "192.0.2.1:1"), FAIL_SYSTEM,
	    "cannot listen", "an address of another machine");
	check(listeners.count == 0, "%zu of nothing", listeners.count);
}

/* As many as there is room for, and one more. */
static void
test_most(void)
{
	struct listeners listeners = {0};
	int i;

	for (i = 0; i < LISTENERS_MOST; i++)
		must(open_one(&listeners) == 0, "a listener");
	check_fails(listeners_open(&listeners, "127.0.0.1:9"), FAIL_USAGE,
	    "more than 64", "one too many");
	check(listeners.count == LISTENERS_MOST, "%zu", listeners.count);
	listeners_close(&listeners);
	check(fcntl(listeners.fd[0], F_GETFD) == -1 &&
		fcntl(listeners.fd[LISTENERS_MOST - 1], F_GETFD) == -1,
	    "open after the end");
}

static void
test_accept(void)
{
	struct listeners listeners = {0};
	struct address address;
	char from[ADDRESS_TEXT];
	int fd, on = 0, there;
	socklen_t size = sizeof on;

	must(open_one(&listeners) == 0, "a listener");
	is_ours(listeners.fd[0], "a listener");
	check(listeners_accept(listeners.fd[0], from) == -1, "nobody");
	address = address_of(listeners.fd[0]);
	there = address_connect(&address, 5000);
	must(there >= 0, "a caller");
	must(poll(&(struct pollfd){listeners.fd[0], POLLIN, 0}, 1, 5000) == 1,
	    "one at the door");
	fd = listeners_accept(listeners.fd[0], from);
	is_ours(fd, "a connection");
	getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size);
	check(on != 0, "small messages wait");
	check(strncmp(from, "127.0.0.1:", 10) == 0, "from '%s'", from);
	close(there);
	close(fd);
	listeners_close(&listeners);
}

/* What is handed over begins at 3, which is `fd` then. */
static int
inherit(struct listeners *listeners, int fd, const char *count, pid_t pid)
{
	char text[16];

	must(dup2(fd, FIRST) == FIRST, "descriptor 3");
	snprintf(text, sizeof text, "%d", (int)pid);
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDS", count, 1);
	return listeners_inherit(listeners);
}

static void
inherits(void)
{
	struct listeners own = {0}, given = {0};

	must(open_one(&own) == 0, "a listener");
	check(inherit(&given, own.fd[0], "1", getpid() + 1) == 0 &&
		given.count == 0,
	    "those of another process");
	check(inherit(&given, own.fd[0], "-1", getpid()) == 0 &&
		given.count == 0,
	    "fewer than none");
	check(inherit(&given, own.fd[0], "1", getpid()) == 0 &&
		given.count == 1 && given.fd[0] == FIRST,
	    "one: %s", fail_last()->text);
	is_ours(FIRST, "what was handed over");
	check_fails(inherit(&given, open("/dev/null", O_RDONLY), "1", getpid()),
	    FAIL_SYSTEM, "cannot listen on descriptor 3", "a file");
}

/* In a process of its own: descriptor 3 may be in use here. */
static void
test_inherit(void)
{
	int status;
	pid_t child;

	unsetenv("LISTEN_PID");
	check(listeners_inherit(&(struct listeners){0}) == 0, "none");
	child = fork();
	must(child >= 0, "a process");
	if (child == 0) {
		failures = 0;
		inherits();
		_exit(failures != 0);
	}
	must(waitpid(child, &status, 0) == child, "its end");
	check(status == 0, "what was handed over");
}

int
main(void)
{
	test_bad();
	test_most();
	test_accept();
	test_inherit();
	return failures != 0;
}
