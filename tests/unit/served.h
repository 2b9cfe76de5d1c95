/* SPDX-License-Identifier: ISC */
#ifndef SERVED_H
#define SERVED_H

/*
 * A holder at one end of a wire, which serves the owner of key 1 out of the
 * store of the test.
 */

#include "base/base32.h"
#include "ends.h"
#include "scratch.h"
#include "serve/serve.h"

#define OWNER 1
#define HOLDER 2

static struct store *store;
static struct roster roster;

/* What the holder serves whom with, until it is told something else. */
static struct serve served = {.handshake_ms = 10000,
    .idle_ms = 10000,
    .wake = -1,
    .roster = &roster};

static inline void
served_roster(void)
{
	char id[BASE32_TEXT], line[BASE32_TEXT + 40];
	struct digest owner = id_number(OWNER);

	base32_encode(BASE32_ID, owner.byte, id);
	snprintf(line, sizeof line, "alice %s - give=100M\n", id);
	scratch_write(scratch("peers"), span_of_text(line), 0600);
	must(roster_load(scratch("peers"), &roster) == 0, "a roster");
}

static inline void
served_store(void)
{
	mkdir(scratch("store"), 0700);
	store = store_open(scratch("store"), STORE_WRITE);
	must(store != NULL, "a store");
}

/* A thread; `context` is the holder's descriptor. */
static inline void *
served_run(void *context)
{
	struct secret scalar = key_number(HOLDER);
	struct serve serve = served;
	int fd = *(int *)context;

	serve.store = store;
	serve.store_path = scratch("store");
	serve.scalar = &scalar;
	serve_connection(&serve, fd, fd, "the wire");
	close(fd);
	return NULL;
}

#endif
