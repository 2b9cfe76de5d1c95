/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_H
#define STORE_STORE_H

/*
 * Bytes by digest on a disk: a folder
 *
 *     shardkit-store              what this is, its version and random name
 *     tmp/                        what is being written
 *     <owner>/used                bytes and files that the owner has here
 *     <owner>/shards/<2 hex>/<id>
 *     <owner>/snapshots/<2 hex>/<id>
 *     <owner>/members/<2 hex>/<id>
 *     <owner>/receipts/<2 hex>/<id>
 *
 * The id of bytes is their tree root. A put is a temporary file until a
 * commit has made it last (fsync) and given it its name (rename, fsync of the
 * folder), in groups; bytes are checked against their id on the way in and on
 * the way out. A store does not know what a shard is.
 *
 * Processes and threads may share a store. Temporaries of dead writers are
 * removed by the next one that opens it, with STORE_AGAIN only when it writes
 * or asks for what is used. Who writes nothing changes nothing on the disk.
 */

#include "base/bytes.h"

struct store;

enum store_shelf {
	STORE_SHARDS,
	STORE_SNAPSHOTS,
	STORE_MEMBERS,
	STORE_RECEIPTS,
	STORE_SHELVES
};

enum store_mode {
	STORE_READ,
	STORE_RESCUE, /* to read, also without what makes it a store */
	STORE_WRITE,  /* an empty folder becomes a store */
	STORE_AGAIN   /* to write, and it is one already */
};

/* NULL: FAIL_SYSTEM if it cannot be used, FAIL_DATA if it is no store. */
struct store *store_open(const char *path, enum store_mode mode);

/* Drop what was not committed. */
void store_close(struct store *store);

/* The store's random name, which tells two paths to one store apart. */
const struct digest *store_name(const struct store *store);

/*
 * From now on nothing is put that would take an owner past so many bytes or
 * files, of all that has a name and all that any process has put but not
 * committed. 0 bytes: anything.
 */
void store_limit(struct store *store, uint64_t bytes, uint64_t files);

/*
 * Mark this store as one that is written to. The first write does it, too: this
 * is for whoever wants to know at once whether that can be done.
 */
int store_begin(struct store *store);

/*
 * Remove what writers that have died left on the way, and count anew what
 * owners have. For whoever knows that one died; store_open does it, too.
 */
int store_bury(struct store *store);

/*
 * From now on the bytes rest on an engine: a command that lasts as long as the
 * store (store/engine.h). What is kept here are names and sizes. FAIL_USAGE
 * when there are bytes on this disk already, and when a store that is only read
 * has none yet.
 */
int store_use_engine(struct store *store, const char *command);

/* What is free on its disk: 0 if it is read-only; of an engine nobody knows. */
int store_free(struct store *store, uint64_t *bytes);

/* What an owner has here, in bytes. */
int store_used(struct store *store, const struct digest *owner,
    uint64_t *bytes);

/* What a stored thing is called. */
struct store_key {
	enum store_shelf shelf;
	struct digest owner;
	struct digest id;
};

/*
 * Write bytes; they are there, for all, after the next commit. FAIL_DATA when
 * they are not what `key` names, FAIL_NO when they would pass the limit,
 * FAIL_SYSTEM when the disk does not take them. What is there already is
 * written anew: ask store_has first.
 */
int store_put(struct store *store, const struct store_key *key,
    struct span bytes);

/*
 * The same of `size` bytes that come in parts, up to arrival_end: see
 * store/arrival.h. What cannot be taken, whatever the bytes are, is refused
 * now.
 */
struct arrival;
int store_arrive(struct store *store, const struct store_key *key, size_t size,
    struct arrival *arrival);

/*
 * Make everything that was put before the call last. On failure nothing of
 * it is promised, and its temporaries are gone.
 */
int store_commit(struct store *store);

enum store_state {
	STORE_ABSENT,
	STORE_WHOLE,
	STORE_DAMAGED /* there, but other bytes than it should be */
};

/*
 * The state of a thing that should have `size` bytes (0: any), as far as its
 * size shows it, or -1. The next commit makes it last, whoever wrote it.
 */
int store_has(struct store *store, const struct store_key *key, size_t size);

/*
 * The same, but read (up to `limit` bytes). A file that the disk cannot read
 * (EIO) is damaged; any other failure says nothing of it: -1.
 */
int store_check(struct store *store, const struct store_key *key, size_t size,
    size_t limit);

/*
 * Append the bytes to `to`. 1; 0 when there are none of that name; -1:
 * FAIL_DATA when they are damaged or longer than `limit`, FAIL_SYSTEM.
 */
int store_get(struct store *store, const struct store_key *key, size_t limit,
    struct buf *to);

/*
 * The same, but what is large is only checked, and given in parts by
 * departure_next (store/departure.h): `bytes` is empty then.
 */
struct departure;
int store_depart(struct store *store, const struct store_key *key, size_t limit,
    struct departure *departure, struct buf *bytes);

/*
 * The same as store_get, but what the system has in memory does not count: the
 * medium is read. And a store whose disk is away is FAIL_SYSTEM, not empty.
 */
int store_get_cold(struct store *store, const struct store_key *key,
    size_t limit, struct buf *to);

/* Remove it, for good. 0 also when it is not there. */
int store_drop(struct store *store, const struct store_key *key);

/*
 * The same, but it can be brought back (by hand, from <owner>/dropped) until
 * `time`: a purge of a later time deletes it, as long as `go_on` (NULL: always)
 * says so before each.
 */
int store_set_aside(struct store *store, const struct store_key *key,
    uint64_t time);
int store_purge(struct store *store, uint64_t time,
    bool (*go_on)(void *context), void *context);

/* Call `each` for every id on an owner's shelf, until it returns non-zero. */
int store_list(struct store *store, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context);

#endif
