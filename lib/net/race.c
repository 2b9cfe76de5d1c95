/* SPDX-License-Identifier: ISC */
#include "net/race.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/deadline.h"

/* Addresses of one name that are tried; a name rarely has more than 4. */
#define TRIES 8

/* How long an address has for itself before the next one is tried too. */
#define HEAD_START_MS 250

/* Connections to the addresses of one name, of which the first one wins. */
struct race {
	struct pollfd fd[TRIES]; /* -1 where one has failed */
	nfds_t count;
	int error; /* errno of the last that failed */
};

/* Begin to connect; the outcome will be seen by poll. */
static void
race_add(struct race *race, const struct addrinfo *to)
{
	struct pollfd *entry = &race->fd[race->count++];

	entry->events = POLLOUT;
	entry->fd = socket(to->ai_family,
	    to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->ai_protocol);
	if (entry->fd >= 0 &&
	    (connect(entry->fd, to->ai_addr, to->ai_addrlen) == 0 ||
		errno == EINPROGRESS || errno == EINTR))
		return;
	race->error = errno;
	if (entry->fd >= 0)
		close(entry->fd);
	entry->fd = -1;
}

/* Take the winner out, if there is one; close those that failed. Or -1. */
static int
race_winner(struct race *race)
{
	socklen_t size = sizeof race->error;
	nfds_t i;
	int fd, error;

	for (i = 0; i < race->count; i++) {
		fd = race->fd[i].fd;
		if (fd < 0 || race->fd[i].revents == 0)
			continue;
		race->fd[i].fd = -1;
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 &&
		    error == 0)
			return fd;
		race->error = error;
		close(fd);
	}
	return -1;
}

static bool
race_is_on(const struct race *race)
{
	nfds_t i;

	for (i = 0; i < race->count; i++)
		if (race->fd[i].fd >= 0)
			return true;
	return false;
}

static void
race_end(struct race *race)
{
	nfds_t i;

	for (i = 0; i < race->count; i++)
		if (race->fd[i].fd >= 0)
			close(race->fd[i].fd);
	errno = race->error;
}

static void
race_wait(struct race *race, bool more, int64_t deadline)
{
	int left = deadline_left(deadline);

	if (more && (left < 0 || left > HEAD_START_MS))
		left = HEAD_START_MS;
	poll(race->fd, race->count, left);
}

int
race_connect(const struct addrinfo *found, int64_t deadline)
{
	struct race race = {.error = ETIMEDOUT};
	const struct addrinfo *next = found;
	int winner = -1;

	while (winner < 0) {
		if (next != NULL && race.count < TRIES) {
			race_add(&race, next);
			next = next->ai_next;
		} else if (!race_is_on(&race)) {
			break;
		}
		if (!race_is_on(&race))
			continue;
		if (deadline_left(deadline) == 0) {
			race.error = ETIMEDOUT;
			break;
		}
		race_wait(&race, next != NULL && race.count < TRIES, deadline);
		winner = race_winner(&race);
	}
	race_end(&race);
	return winner;
}
