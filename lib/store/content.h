/* SPDX-License-Identifier: ISC */
#ifndef STORE_CONTENT_H
#define STORE_CONTENT_H

/*
 * The bytes behind a name, from the store's disk or from its engine
 * (store/engine.h), checked against their id. With an engine the file of that
 * name has the size of the bytes and none of them: a hole.
 */

#include "store/store.h"

struct content {
	const char *store;  /* its path */
	const char *engine; /* a command; NULL: the bytes are on the disk */
	bool has_engine;    /* they are not: without the command nothing goes */
};

/* 0, or -1 if its engine is needed and not named. */
int content_check(const struct content *content);

/* See store_get; `cold`: what the system has in memory does not count. */
int content_read(const struct content *content, const struct store_key *key,
    size_t limit, bool cold, struct buf *to);

/* The same in two steps: find it, */
struct content_file {
	int fd; /* the caller's */
	size_t size;
};
int content_open(const struct content *content, const struct store_key *key,
    size_t limit, struct content_file *file);

/* and append its bytes: 1, or -1. The file is closed. */
int content_take(const struct content *content, const struct store_key *key,
    const struct content_file *file, struct buf *to);

/* Make the file at `path` a hole of the same size. */
int content_hollow(const char *path);

/*
 * Forget what `key` names at the engine, unless a file still needs it, or one
 * that is on the way to that name. The owner's usage is locked
 * (usage_lock): a put that begins meanwhile waits, and comes after.
 */
int content_forget(const struct content *content, const struct store_key *key);

/*
 * Begin with an engine: the store must have one already or, for a `writer`, be
 * new. A new one takes up what the engine has by the names of ours.
 */
int content_begin(const struct content *content, bool writer);

/* Whether the store has an engine. */
bool content_has_engine(const char *store);

#endif
