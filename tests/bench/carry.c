/* SPDX-License-Identifier: ISC */
/*
 * What a TLS session carries with no store behind it: two peers over TCP on
 * this machine, one pushes so many MiB, the other pulls them.
 *
 *     carry MIB
 */
#include <netinet/in.h>
#include <sys/wait.h>

#include "../unit/sides.h"
#include "net/address.h"

#define PIECE ((size_t)1 << 20) /* a shard */

static uint8_t piece[PIECE];

/* Descriptors of both ends of a connection. */
static void
connect_ends(int end[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct address address = {.host = "127.0.0.1"};
	socklen_t size = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	must(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 &&
		listen(listener, 1) == 0 &&
		getsockname(listener, (struct sockaddr *)&at, &size) == 0,
	    "a listener");
	snprintf(address.port, sizeof address.port, "%d", ntohs(at.sin_port));
	end[0] = address_connect(&address, PATIENCE_MS);
	end[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	must(end[0] >= 0 && end[1] >= 0, "a connection");
	close(listener);
}

static int
pull(struct tls *tls, size_t count)
{
	while (count-- > 0)
		if (tls_read(tls, piece, PIECE, PATIENCE_MS) != 0)
			return -1;
	return tls_finish(tls, PATIENCE_MS);
}

static int
push(struct tls *tls, size_t count)
{
	while (count-- > 0)
		if (tls_write(tls, piece, PIECE, PATIENCE_MS) != 0)
			return -1;
	return tls_finish(tls, PATIENCE_MS);
}

/* One end's life; says what went wrong. */
static bool
live(int end, bool server, size_t count)
{
	struct side side = {.in = end,
	    .out = end,
	    .server = server,
	    .key = server ? 2 : 1,
	    .friend = server ? 1 : 2,
	    .handshake_ms = PATIENCE_MS};
	struct tls *tls = side_open(&side);

	must(tls != NULL, "a handshake");
	must((server ? pull : push)(tls, count) == 0, "carrying");
	tls_close(tls);
	side_close(&side);
	return true;
}

int
main(int argc, char **argv)
{
	size_t count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	int end[2], status;
	pid_t child;

	must(count > 0, "usage: carry MIB");
	random_fill(piece, sizeof piece);
	connect_ends(end);
	child = fork();
	must(child >= 0, "a process");
	close(end[child == 0]);
	live(end[child != 0], child == 0, count);
	must(child == 0 || waitpid(child, &status, 0) == child, "its end");
	return child != 0 && status != 0;
}
