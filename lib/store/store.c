/* SPDX-License-Identifier: ISC */
#include "store/store.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/strict.h"
#include "store/arrival.h"
#include "store/content.h"
#include "store/departure.h"
#include "store/dropped.h"
#include "store/marker.h"
#include "store/pending.h"
#include "store/place.h"

struct store {
	char path[FILE_PATH];
	int marker; /* its lock says whether writers are alive */
	struct digest name;
	struct pending pending;
	struct content content;
	atomic_bool relied_on; /* there were things found to be there */
	atomic_bool changed;   /* what owners have */
};

static int
open_at(struct store *store, const char *path, enum store_mode mode)
{
	if (strict_resolve(path, store->path, sizeof store->path) != 0)
		return -1;
	store->marker = marker_open(store->path, mode, &store->name);
	store->content.store = store->path;
	store->content.has_engine = content_has_engine(store->path);
	if (store->marker < 0 || mode < STORE_WRITE)
		return store->marker < 0 ? -1 : 0;
	return pending_init(&store->pending, store->path, store->marker,
	    mode == STORE_AGAIN);
}

struct store *
store_open(const char *path, enum store_mode mode)
{
	struct store *store = memory_get(1, sizeof *store);

	if (store == NULL)
		return NULL;
	store->marker = -1;
	if (open_at(store, path, mode) == 0)
		return store;
	store_close(store);
	return NULL;
}

void
store_close(struct store *store)
{
	bool clean;

	if (store == NULL)
		return;
	clean = !store->changed || usage_sync(store->path) == 0;
	pending_release(&store->pending, clean);
	if (store->marker >= 0)
		close(store->marker);
	free(store);
}

const struct digest *
store_name(const struct store *store)
{
	return &store->name;
}

int
store_use_engine(struct store *store, const char *command)
{
	struct content content = {store->path, command, true};

	if (content_begin(&content, store->pending.store != NULL) != 0)
		return -1;
	store->content = content;
	store->pending.engine = command;
	return 0;
}

int
store_arrive(struct store *store, const struct store_key *key, size_t size,
    struct arrival *arrival)
{
	char path[PATH_MAX];

	if (content_check(&store->content) != 0 ||
	    place_make(store->path, key, path) != 0)
		return -1;
	store->changed = true;
	return arrival_begin(arrival, &store->pending, key, path, size);
}

int
store_put(struct store *store, const struct store_key *key, struct span bytes)
{
	struct arrival arrival;

	return store_arrive(store, key, bytes.size, &arrival) != 0 ||
		arrival_part(&arrival, bytes) != 0
	    ? -1
	    : arrival_end(&arrival);
}

void
store_limit(struct store *store, uint64_t bytes, uint64_t files)
{
	store->pending.limit = (struct usage){bytes, files};
}

int
store_begin(struct store *store)
{
	return writer_begin(&store->pending.writer);
}

int
store_bury(struct store *store)
{
	return writer_bury_dead(store->path, false);
}

int
store_free(struct store *store, uint64_t *bytes)
{
	struct statvfs status;

	*bytes = INT64_MAX;
	if (store->content.has_engine)
		return 0;
	if (fstatvfs(store->marker, &status) != 0)
		return fail_errno("cannot look at '%s'", store->path);
	*bytes = status.f_flag & ST_RDONLY ? 0 : status.f_bavail;
	*bytes *= status.f_frsize;
	return 0;
}

int
store_used(struct store *store, const struct digest *owner, uint64_t *bytes)
{
	struct usage usage;

	if (writer_settle(&store->pending.writer) != 0 ||
	    usage_look(store->path, owner, &usage) != 0)
		return -1;
	*bytes = usage.bytes;
	return 0;
}

/* What a run that died has renamed may not last yet: one syncfs does it. */
int
store_commit(struct store *store)
{
	if (atomic_exchange(&store->relied_on, false) &&
	    syncfs(store->marker) != 0) {
		atomic_store(&store->relied_on, true);
		return fail_errno("cannot sync store '%s'", store->path);
	}
	return pending_commit(&store->pending);
}

int
store_has(struct store *store, const struct store_key *key, size_t size)
{
	char path[PATH_MAX];
	struct stat status;
	int result;

	place_of(store->path, key, path);
	result = strict_look(path, &status);
	if (result != 0)
		return result == STRICT_ABSENT	     ? STORE_ABSENT
		    : fail_last()->kind == FAIL_DATA ? STORE_DAMAGED
						     : -1;
	atomic_store(&store->relied_on, true);
	return size > 0 && (size_t)status.st_size != size ? STORE_DAMAGED
							  : STORE_WHOLE;
}

int
store_check(struct store *store, const struct store_key *key, size_t size,
    size_t limit)
{
	int has = store_has(store, key, size);

	return has == STORE_WHOLE ? departure_check(&store->content, key, limit)
				  : has;
}

int
store_get(struct store *store, const struct store_key *key, size_t limit,
    struct buf *to)
{
	return content_read(&store->content, key, limit, false, to);
}

int
store_depart(struct store *store, const struct store_key *key, size_t limit,
    struct departure *departure, struct buf *bytes)
{
	return departure_begin(departure, &store->content, key, limit, bytes);
}

int
store_get_cold(struct store *store, const struct store_key *key, size_t limit,
    struct buf *to)
{
	int got = content_read(&store->content, key, limit, true, to);

	return got == 0 ? marker_check(store->path) : got;
}

/* What owners have, for which a writer that dies is to be found. */
static int
lock_to_change(struct store *store, const struct digest *owner)
{
	store->changed = true;
	return store_begin(store) == 0 ? usage_lock(store->path, owner) : -1;
}

int
store_drop(struct store *store, const struct store_key *key)
{
	int result, lock = lock_to_change(store, &key->owner);

	if (lock < 0)
		return -1;
	result = dropped_delete(store->path, key, lock);
	if (result == 0)
		result = content_forget(&store->content, key);
	usage_unlock(lock);
	return result;
}

int
store_set_aside(struct store *store, const struct store_key *key, uint64_t time)
{
	int result, lock = lock_to_change(store, &key->owner);

	if (lock < 0)
		return -1;
	result = dropped_keep(store->path, key, time, lock);
	usage_unlock(lock);
	return result;
}

/* A purge, and who may end it. */
struct purge {
	struct store *store;
	bool (*go_on)(void *context);
	void *context;
};

static int
begin_purge(void *context)
{
	const struct purge *purge = context;

	if (purge->go_on != NULL && !purge->go_on(purge->context))
		return 1;
	purge->store->changed = true;
	return store_begin(purge->store);
}

static int
forget(void *context, const struct store_key *key)
{
	const struct purge *purge = context;

	return content_forget(&purge->store->content, key);
}

int
store_purge(struct store *store, uint64_t time, bool (*go_on)(void *context),
    void *context)
{
	struct purge purge = {store, go_on, context};
	struct dropped_calls calls = {begin_purge, forget, &purge,
	    store->content.has_engine};

	return dropped_purge(store->path, time, &calls) < 0 ? -1 : 0;
}

int
store_list(struct store *store, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	return place_list(store->path, shelf, owner, each, context);
}
