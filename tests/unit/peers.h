/* SPDX-License-Identifier: ISC */
#ifndef PEERS_H
#define PEERS_H

/* Peers that are folders: a network to send to and to fetch from. */

#include "peer/roster.h"
#include "store/place.h"
#include "streams.h"
#include "xfer/holder.h"
#include "xfer/send.h"

#define PEERS_TOTAL 5

struct peers {
	struct roster roster;
	struct holders holders;
};

/* The stores s0, s1 .. of our scratch folder, as a roster's peers p0, p1 .. */
static inline void
peers_open(struct peers *peers, int count, enum holder_mode mode)
{
	char name[16], line[PATH_MAX + 32];
	struct buf text = {0};
	int i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof name, "s%d", i);
		snprintf(line, sizeof line, "p%d - dir:%s\n", i, scratch(name));
		buf_append(&text, span_of_text(line));
		if (mode == HOLDER_WRITE)
			mkdir(scratch(name), 0700);
	}
	scratch_write(scratch("peers"), span_of_buf(&text), 0600);
	buf_release(&text);
	must(roster_load(scratch("peers"), &peers->roster) == 0 &&
		holders_open(&peers->holders, &peers->roster, mode, NULL) == 0,
	    "the peers");
}

static inline void
peers_close(struct peers *peers)
{
	holders_close(&peers->holders);
	roster_release(&peers->roster);
}

/* Forget everything that was stored. */
static inline void
peers_forget(int count)
{
	char name[16];

	while (count-- > 0) {
		snprintf(name, sizeof name, "s%d", count);
		tree_remove(scratch(name));
	}
}

/* Send `stream` for owner 1 as snapshot `number`. */
static inline int
peers_send(struct peers *peers, struct span stream, unsigned happy,
    uint64_t number, const struct digest *previous, struct digest *id)
{
	struct owner owner = owner_of(1);
	struct secret scalar = scalar_of(1);
	struct send send = {.holders = &peers->holders,
	    .scalar = &scalar,
	    .owner = owner.id,
	    .happy = happy,
	    .begun = scratch("begun"),
	    .snapshot = {.number = number, .time = 1700000000 + number}};
	int in = memory_of(stream), result;
	uint64_t size;

	if (previous != NULL)
		send.snapshot.previous = *previous;
	result = send_copy(&send, in, id, &size);
	close(in);
	return result;
}

/* The path of what `key` names in store s`i`. */
static inline const char *
peers_path(int i, enum store_shelf shelf, const struct digest *id)
{
	static char path[PATH_MAX];
	struct owner owner = owner_of(1);
	struct store_key key = {shelf, owner.id, *id};
	char name[16];

	snprintf(name, sizeof name, "s%d", i);
	place_of(scratch(name), &key, path);
	return path;
}

#endif
