/* SPDX-License-Identifier: ISC */
/*
 * So many sessions with the first peer of the roster, all past their hello,
 * until stdin ends. Prints a line when they are there.
 *
 *     SHARDKIT_HOME=FOLDER idle COUNT
 */
#include <unistd.h>

#include "../unit/check.h"
#include "crypto/secret.h"
#include "net/address.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "xfer/session.h"

#define PATIENCE_MS 10000

static int
reach(void *context)
{
	struct address address;

	return address_parse(context, &address) == 0
	    ? address_connect(&address, PATIENCE_MS)
	    : -1;
}

static struct session *
meet(const struct secret *scalar, const struct peer *peer)
{
	struct session_options options = {.reach = reach,
	    .context = peer->address[0],
	    .scalar = scalar,
	    .peer = &peer->id,
	    .handshake_ms = PATIENCE_MS,
	    .answer_ms = PATIENCE_MS};

	return session_open(&options);
}

int
main(int argc, char **argv)
{
	size_t count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct roster roster;
	struct secret scalar;
	char byte;

	must(count > 0, "usage: idle COUNT");
	must(chdir(getenv("SHARDKIT_HOME")) == 0, "the folder");
	must(identity_load_scalar("identity", &scalar) == 0, "the identity");
	must(roster_load("peers", &roster) == 0, "the roster");
	while (count-- > 0)
		must(meet(&scalar, &roster.peer[0]) != NULL, "a session");
	puts("there");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
