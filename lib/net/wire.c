/* SPDX-License-Identifier: ISC */
#include "net/wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fail.h"
#include "crypto/channel.h"
#include "net/deadline.h"

static bool
is_socket(int fd)
{
	socklen_t size = sizeof(int);
	int type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

void
wire_init(struct wire *wire, int in, int out)
{
	wire->in = in;
	wire->out = out;
	wire->out_is_socket = is_socket(out);
	wire->more = false;
	wire->out_errno = 0;
	wire->received = 0;
	wire->start = wire->end = 0;
}

static bool
is_later(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK;
}

static ssize_t
send_bytes(const struct wire *wire, const uint8_t *bytes, size_t size)
{
	int flags = MSG_NOSIGNAL | (wire->more ? MSG_MORE : 0);
	ssize_t sent;

	do
		sent = wire->out_is_socket ? send(wire->out, bytes, size, flags)
					   : write(wire->out, bytes, size);
	while (sent < 0 && errno == EINTR);
	return sent;
}

/*
 * Send what waits: whether anything went. An error is only remembered, for
 * the peer's last words may still be there to be read.
 */
static bool
transmit(struct wire *wire, struct channel *channel)
{
	const uint8_t *bytes;
	bool moved = false;
	ssize_t sent;
	size_t size;

	while (wire->out_errno == 0) {
		bytes = channel_waiting(channel, &size);
		if (size == 0)
			break;
		sent = send_bytes(wire, bytes, size);
		if (sent < 0 && is_later(errno))
			break;
		if (sent < 0)
			wire->out_errno = errno;
		else
			channel_sent(channel, (size_t)sent);
		moved = moved || sent > 0;
	}
	return moved;
}

/* The wire is gone, and the peer has not said goodbye. `error` may be 0. */
static int
broken(const struct channel *channel, int error)
{
	bool left = error == 0 || error == ECONNRESET || error == EPIPE;

	errno = error;
	if (channel_state(channel) == CHANNEL_SHAKING && left) {
		fail(FAIL_SYSTEM,
		    "the peer closed the connection during the handshake");
		return fail_hint("it probably does not trust this key");
	}
	if (error == 0)
		return fail(FAIL_SYSTEM,
		    "the peer closed the connection without a goodbye");
	return fail_errno("the connection to the peer broke");
}

/* One read(2), when all that came before is used up: 1, 0 for later, -1. */
static int
read_ahead(struct wire *wire, const struct channel *channel)
{
	ssize_t got;

	if (wire->start < wire->end)
		return 1;
	do
		got = read(wire->in, wire->ahead, sizeof wire->ahead);
	while (got < 0 && errno == EINTR);
	if (got < 0 && is_later(errno))
		return 0;
	if (got <= 0)
		return broken(channel, got < 0 ? errno : 0);
	wire->start = 0;
	wire->end = (size_t)got;
	return 1;
}

/* Up to a whole record: 1 when anything came, 0, -1. */
static int
receive(struct wire *wire, struct channel *channel)
{
	size_t size, there;
	uint8_t *to;
	int got;

	channel_room(channel, &size);
	if (size == 0)
		return 0;
	got = read_ahead(wire, channel);
	if (got <= 0)
		return got;
	while ((to = channel_room(channel, &size)) != NULL && size > 0 &&
	    (there = wire->end - wire->start) > 0) {
		if (size > there)
			size = there;
		memcpy(to, wire->ahead + wire->start, size);
		wire->start += size;
		wire->received += size;
		channel_arrived(channel, size);
	}
	return 1;
}

int
wire_move(struct wire *wire, struct channel *channel)
{
	bool sent = transmit(wire, channel);
	int got = receive(wire, channel);

	if (got < 0)
		return -1;
	if (channel_state(channel) == CHANNEL_FAILED) {
		transmit(wire, channel); /* the alert */
		return channel_failure(channel);
	}
	if (wire_ended(wire, channel))
		return 1;
	if (got == 0 && wire->out_errno != 0)
		return broken(channel, wire->out_errno);
	return sent || got > 0;
}

int
wire_wait(const struct wire *wire, struct channel *channel, int wake,
    int64_t deadline)
{
	struct pollfd fd[3] = {{-1, POLLIN, 0}, {-1, POLLOUT, 0},
	    {wake, POLLIN, 0}};
	size_t room, waiting;
	int ready;

	channel_room(channel, &room);
	channel_waiting(channel, &waiting);
	if (room > 0)
		fd[0].fd = wire->in;
	if (waiting > 0)
		fd[1].fd = wire->out;
	do
		ready = poll(fd, 3, deadline_left(deadline));
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return fail_errno("cannot wait for the peer");
	return ready > 0 && fd[2].revents == 0;
}

bool
wire_ended(const struct wire *wire, const struct channel *channel)
{
	return channel_state(channel) == CHANNEL_ENDED ||
	    (wire->out_errno != 0 && channel_heard_goodbye(channel));
}
