/* SPDX-License-Identifier: ISC */
#ifndef NET_WIRE_H
#define NET_WIRE_H

/*
 * The descriptors under a TLS session: what waits in the channel goes out,
 * what comes goes into the channel. One socket, or a pair of pipes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;

#define WIRE_AHEAD ((size_t)64 << 10)

struct wire {
	int in, out; /* non-blocking */
	bool out_is_socket;
	bool more;     /* what goes out now has a sequel at hand: gather it */
	int out_errno; /* why nothing can be sent any more, or 0 */
	uint64_t received;
	size_t start, end; /* of what was read and the channel has not taken */
	uint8_t ahead[WIRE_AHEAD];
};

void wire_init(struct wire *wire, int in, int out);

/*
 * Move what can be moved without waiting, at most a record each way: 1 when
 * anything was (or the session has ended), 0, or -1 when the wire or the
 * channel has failed.
 */
int wire_move(struct wire *wire, struct channel *channel);

/*
 * Wait until something can be moved: 1. 0 when `wake` (-1: none) is readable
 * or the deadline (net/deadline.h) is over; -1.
 */
int wire_wait(const struct wire *wire, struct channel *channel, int wake,
    int64_t deadline);

/*
 * The session has ended in good order: both ends said goodbye, or the peer
 * did and left before it could hear ours.
 */
bool wire_ended(const struct wire *wire, const struct channel *channel);

#endif
