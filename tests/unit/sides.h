/* SPDX-License-Identifier: ISC */
#ifndef SIDES_H
#define SIDES_H

/* A client here and a server in a thread, over sockets or pipes. */

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "crypto/channel.h"
#include "ends.h"
#include "net/tls.h"

#define PATIENCE_MS 10000

struct side {
	int in, out;
	uint8_t key, friend; /* numbers of keys */
	bool server;
	int handshake_ms;
	struct mind mind;
};

static inline struct tls *
side_open(struct side *side)
{
	struct secret scalar = key_number(side->key);
	struct tls_options options = {.in = side->in,
	    .out = side->out,
	    .scalar = &scalar,
	    .role = side->server ? &channel_server : &channel_client,
	    .handshake_ms = side->handshake_ms,
	    .trust = mind_trusts,
	    .context = &side->mind};

	side->mind.friend = id_number(side->friend);
	return tls_open(&options);
}

/* side[0] is a client, side[1] a server, and they trust each other. */
static inline void
sides_join(struct side side[2], bool pipes)
{
	int there[2], back[2], i;

	if (pipes) {
		must(pipe2(there, O_NONBLOCK) == 0, "a pipe");
		must(pipe2(back, O_NONBLOCK) == 0, "a pipe");
	} else {
		must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
			 there) == 0,
		    "sockets");
		back[0] = there[0];
		back[1] = there[1];
	}
	side[0] = (struct side){.in = back[0], .out = there[1]};
	side[1] = (struct side){.in = there[0], .out = back[1]};
	if (!pipes) {
		side[0].out = back[0];
		side[1].in = there[1];
	}
	for (i = 0; i < 2; i++) {
		side[i].key = (uint8_t)(1 + i);
		side[i].friend = (uint8_t)(2 - i);
		side[i].server = i == 1;
		side[i].handshake_ms = PATIENCE_MS;
	}
}

static inline void
side_close(const struct side *side)
{
	close(side->in);
	if (side->out != side->in)
		close(side->out);
}

/* What `act` does with the server's end, in a thread. */
struct server {
	struct side *side;
	int (*act)(struct tls *tls);
	int result;
	struct failure failure;
	pthread_t thread;
};

static inline void *
server_run(void *context)
{
	struct server *server = context;
	struct tls *tls = side_open(server->side);

	server->result = tls != NULL ? server->act(tls) : -1;
	server->failure = *fail_last();
	tls_close(tls);
	side_close(server->side);
	return NULL;
}

static inline void
server_start(struct server *server, struct side *side,
    int (*act)(struct tls *tls))
{
	*server = (struct server){.side = side, .act = act};
	must(pthread_create(&server->thread, NULL, server_run, server) == 0,
	    "a thread");
}

/* What it returned; its failure is then ours. */
static inline int
server_end(struct server *server)
{
	pthread_join(server->thread, NULL);
	if (server->result != 0)
		fail_again(&server->failure);
	return server->result;
}

static inline int
elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)((now.tv_sec - since->tv_sec) * 1000 +
	    (now.tv_nsec - since->tv_nsec) / 1000000);
}

#endif
