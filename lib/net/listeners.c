/* SPDX-License-Identifier: ISC */
#include "net/listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fail.h"

#define FIRST_INHERITED 3

static bool
is_listening(int fd)
{
	socklen_t size = sizeof(int);
	int listens = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0)
		return false;
	errno = EINVAL;
	return listens != 0;
}

/* It is taken over. */
static int
add(struct listeners *listeners, int fd)
{
	if (listeners->count == LISTENERS_MOST)
		return fail(FAIL_USAGE, "more than %d addresses to listen on",
		    LISTENERS_MOST);
	if (!is_listening(fd) || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return fail_errno("cannot listen on descriptor %d", fd);
	listeners->fd[listeners->count++] = fd;
	return 0;
}

int
listeners_open(struct listeners *listeners, const char *address)
{
	struct address parsed;
	int fd[ADDRESS_LISTENERS], count, i;

	if (address_parse(address, &parsed) != 0)
		return -1;
	count = address_listen(&parsed, fd);
	for (i = 0; i < count; i++)
		if (add(listeners, fd[i]) != 0)
			return -1;
	return count < 0 ? -1 : 0;
}

int
listeners_inherit(struct listeners *listeners)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int i, count;

	if (pid == NULL || fds == NULL || atol(pid) != getpid())
		return 0;
	count = atoi(fds);
	for (i = 0; i < count; i++)
		if (add(listeners, FIRST_INHERITED + i) != 0)
			return -1;
	return 0;
}

int
listeners_accept(int listener, char from[static ADDRESS_TEXT])
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	int fd = accept4(listener, (struct sockaddr *)&address, &size,
	    SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
	address_text(&address, from);
	return fd;
}

void
listeners_close(const struct listeners *listeners)
{
	size_t i;

	for (i = 0; i < listeners->count; i++)
		close(listeners->fd[i]);
}
