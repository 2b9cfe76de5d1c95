/* SPDX-License-Identifier: ISC */
#ifndef XFER_CATALOG_H
#define XFER_CATALOG_H

/*
 * The snapshots of an owner, gathered from all usable holders: each checked,
 * each once, in the order of their numbers. A catalogue knows what is missing
 * from the chain, and what this machine has seen but no holder shows.
 */

#include "doc/snapshot.h"
#include "xfer/holder.h"

struct catalog_entry {
	struct digest id; /* of the document */
	uint64_t number;
	struct digest previous;
	uint64_t time;
	uint64_t size; /* bytes of the plain stream */
	uint64_t stripes;
	size_t holders; /* that have the document */
	size_t shown;	/* by so many, whole or not */
	bool dropped;	/* by us, see xfer/forgotten.h */
};

/* One that is shown, and given whole by nobody. */
struct catalog_unread {
	struct digest id;
	uint64_t number; /* as the one that follows it says; 0: not known */
	const struct holder *witness; /* one of those that show it ... */
	size_t witnesses;	      /* ... of so many */
};

struct catalog {
	struct catalog_entry *entry; /* by number, then id */
	size_t count;
	struct catalog_unread *unread; /* by id */
	size_t unread_count;
	struct buf dropped; /* by us: ids, sorted, also of what is not here */
	bool knows_dropped; /* what is not among them was not dropped by us */
};

/*
 * A holder that shows too many, or as whole what it does not give, is lost,
 * and what it alone shows is forgotten.
 */
int catalog_load(struct catalog *catalog, struct holders *holders,
    const struct digest *owner);
void catalog_release(struct catalog *catalog);

/* Leave all out but those that `is_kept` is true of. */
void catalog_keep(struct catalog *catalog,
    bool (*is_kept)(void *context, const struct catalog_entry *entry),
    void *context);

/*
 * The newest: the last one that was not dropped, nor is one of `without`, a
 * bool for each (NULL: none). NULL when there is none. What was dropped, and is
 * still shown by who was away then, is no backup, and the newest of nothing.
 */
const struct catalog_entry *catalog_newest(const struct catalog *catalog,
    const bool *without);

/* The last one of all: its number has been given. NULL: there is none. */
const struct catalog_entry *catalog_last(const struct catalog *catalog);

/*
 * What was seen before must still be there, unless we have dropped it:
 * FAIL_DATA when the newest is older than what the file (see newest.h) says, or
 * another of that number. Else it is what has been seen from now on.
 */
int catalog_check_newest(const struct catalog *catalog, const char *path);

/*
 * What the user named: "latest", a number, or "id:" and the first digits of
 * an id; by the last two it may be one that was dropped. FAIL_NO when there is
 * none, FAIL_DATA when there are two.
 */
const struct catalog_entry *catalog_find(const struct catalog *catalog,
    const char *name);

/*
 * The same among those that could not be read, by "id:" only: its place, or -1.
 */
int64_t catalog_find_unread(const struct catalog *catalog, const char *name);

/*
 * Warn about gaps and forks in the chain, snapshots that could not be read, and
 * holders that lag behind: some of each by name, then how many more there are.
 */
void catalog_explain(const struct catalog *catalog, struct holders *holders);

/* The second of these alone: a number may be taken that is not known of. */
void catalog_explain_unread(const struct catalog *catalog);

/* The document itself, from whoever has it whole. */
int catalog_get(struct holders *holders, const struct digest *owner,
    const struct digest *id, struct buf *document);

#endif
