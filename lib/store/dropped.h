/* SPDX-License-Identifier: ISC */
#ifndef STORE_DROPPED_H
#define STORE_DROPPED_H

/*
 * What was dropped and is held back for a while, so that whoever steals an
 * owner's keys cannot erase the past: files in <owner>/dropped, each named
 * after the time when it may go, its shelf and id. They count as used until
 * they are gone. A file is brought back by moving it where it was; what has
 * another name there is none of ours, does not count and stays.
 */

#include "store/place.h"
#include "store/usage.h"

/*
 * Have a place for it before there is anything: a disk that is full to its last
 * block has none for the folder. Where that fails dropped_keep tries again.
 */
void dropped_prepare(const char *store, const struct digest *owner);

/* Delete at once what `key` names; its owner's usage is locked (usage_lock). */
int dropped_delete(const char *store, const struct store_key *key, int lock);

/*
 * Set aside what `key` names, to be held back until `time`; its owner's usage
 * is locked. 0 if it is not there.
 */
int dropped_keep(const char *store, const struct store_key *key, uint64_t time,
    int lock);

/* What a purge asks for before it deletes, and tells of each that is gone. */
struct dropped_calls {
	int (*begin)(void *context); /* may be called again; not 0: no more */
	int (*each)(void *context, const struct store_key *key);
	void *context;
	bool slow; /* it takes its time: others have their turn in between */
};

/*
 * Delete what was held back until before `time`, of all owners. The usage of
 * each is locked anew for every file, until it has been told. What `begin`
 * returned, if that was not 0.
 */
int dropped_purge(const char *store, uint64_t time,
    const struct dropped_calls *calls);

/* Whether something of this name is held back. */
bool dropped_has(const char *store, const struct store_key *key);

/* Add what an owner has there; its usage is locked. */
int dropped_sum(const char *store, const struct digest *owner,
    struct usage *usage);

#endif
