/* SPDX-License-Identifier: ISC */
#include "xfer/remote.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/address.h"

#define CONNECT_MS 10000
#define HANDSHAKE_MS 15000
#define ANSWER_MS 15000
#define TRIES 4

static bool
is_command(const char *address)
{
	return strncmp(address, "exec:", 5) == 0;
}

/* -1: it has failed, and not because it was told to end. */
static int
end_child(struct remote *remote)
{
	if (!remote->has_child)
		return 0;
	remote->has_child = false;
	remote->child.out = -1;
	if (child_end(&remote->child) == 0)
		return 0;
	log_line(LOG_DETAIL, "%s", fail_last()->text);
	return remote->child.asked ? 0 : -1;
}

/* A connected descriptor: by TCP, or to a program that we start. */
static int
reach(void *context)
{
	struct remote *remote = context;
	struct address address;
	char shell[] = "/bin/sh", option[] = "-c";
	char *argv[] = {shell, option, (char *)remote->address + 5, NULL};

	if (!is_command(remote->address))
		return address_parse(remote->address, &address) == 0
		    ? address_connect(&address, CONNECT_MS)
		    : -1;
	end_child(remote);
	if (child_start_duplex(&remote->child, argv) != 0)
		return -1;
	remote->child.name = argv[2];
	remote->has_child = true;
	fcntl(remote->child.out, F_SETFL, O_NONBLOCK);
	return remote->child.out;
}

/* A wire that broke may be a command that failed: then that is the reason. */
static void
explain(struct remote *remote)
{
	struct failure reason = *fail_last();

	if (end_child(remote) == 0 || reason.kind != FAIL_SYSTEM)
		fail_again(&reason);
}

struct remote *
remote_open(const char *address, const struct digest *peer,
    const struct secret *scalar, struct counts *counts)
{
	struct remote *remote = memory_get(1, sizeof *remote);
	struct session_options options = {
	    .reach = reach,
	    .context = remote,
	    .scalar = scalar,
	    .peer = peer,
	    .handshake_ms = HANDSHAKE_MS,
	    .counts = counts,
	    .answer_ms = ANSWER_MS,
	    .tries = TRIES,
	    .first_too = !is_command(address),
	};
	struct failure reason;

	if (remote == NULL)
		return NULL;
	remote->address = address;
	owed_init(&remote->owed);
	pthread_mutex_init(&remote->committing, NULL);
	remote->session = session_open(&options);
	if (remote->session != NULL)
		return remote;
	explain(remote);
	reason = *fail_last();
	remote_close(remote);
	fail_again(&reason);
	return NULL;
}

void
remote_close(struct remote *remote)
{
	session_close(remote->session);
	end_child(remote);
	pthread_mutex_destroy(&remote->committing);
	owed_release(&remote->owed);
	free(remote);
}
