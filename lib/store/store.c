/* SPDX-License-Identifier: ISC */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "crypto/tree.h"
#include "store/dropped.h"
#include "store/marker.h"
#include "store/pending.h"
#include "store/place.h"
#include "store/temporary.h"
#include "store/usage.h"

struct store {
	char path[STORE_PATH - STORE_NAME_MAX];
	int marker; /* its lock says whether writers are alive */
	struct digest name;
	struct pending pending;
	atomic_bool relied_on; /* there were things found to be there */
};

/*
 * A writer holds the marker's lock shared. Who gets it alone knows that every
 * temporary is a dead writer's, and that its counts may be wrong.
 */
static int
lock_for_writing(struct store *store)
{
	char path[STORE_PATH];
	bool found = false;

	snprintf(path, sizeof path, "%s/tmp", store->path);
	if (file_make_folder(path, 0700) != 0)
		return -1;
	if (flock(store->marker, LOCK_EX | LOCK_NB) == 0 &&
	    (temporary_clean(store->path, 0, &found) != 0 ||
		marker_tidy(store->path) != 0 ||
		(found && usage_recount(store->path) != 0)))
		return -1;
	if (flock(store->marker, LOCK_SH) != 0)
		return fail_errno("cannot lock store '%s'", store->path);
	return pending_init(&store->pending, store->path);
}

struct store *
store_open(const char *path, enum store_mode mode)
{
	struct store *store = calloc(1, sizeof *store);

	if (store == NULL || strlen(path) >= sizeof store->path) {
		fail(FAIL_SYSTEM, "the path '%.100s' is too long", path);
		free(store);
		return NULL;
	}
	strcpy(store->path, path);
	store->marker = marker_open(path, mode == STORE_WRITE, &store->name);
	if (store->marker < 0 ||
	    (mode == STORE_WRITE && lock_for_writing(store) != 0)) {
		store_close(store);
		return NULL;
	}
	return store;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	pending_release(&store->pending);
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
store_put(struct store *store, const struct store_key *key, struct span bytes)
{
	struct digest root = tree_root(bytes);
	char path[STORE_PATH];

	if (!digest_equal(&root, &key->id))
		return fail(FAIL_DATA, "the bytes are not what their id says");
	if (place_make(store->path, key, path) != 0)
		return -1;
	return pending_add(&store->pending, &key->owner, path, bytes);
}

void
store_limit(struct store *store, uint64_t limit)
{
	store->pending.limit = limit;
}

int
store_bury(struct store *store, int pid)
{
	bool found = false;

	if (temporary_clean(store->path, pid, &found) != 0)
		return -1;
	return found ? usage_recount(store->path) : 0;
}

int
store_free(struct store *store, uint64_t *bytes)
{
	struct statvfs status;

	if (fstatvfs(store->marker, &status) != 0)
		return fail_errno("cannot look at '%s'", store->path);
	*bytes = (uint64_t)status.f_bavail * status.f_frsize;
	return 0;
}

int
store_used(struct store *store, const struct digest *owner, uint64_t *bytes)
{
	return usage_look(store->path, owner, bytes);
}

/*
 * What a run that died has renamed may not have reached the disk: one syncfs
 * makes all of it last.
 */
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
	char path[STORE_PATH];
	struct stat status;

	place_of(store->path, key, path);
	if (stat(path, &status) != 0)
		return errno == ENOENT
		    ? STORE_ABSENT
		    : fail_errno("cannot look at '%s'", path);
	atomic_store(&store->relied_on, true);
	if (size > 0 && (size_t)status.st_size != size)
		return STORE_DAMAGED;
	return STORE_WHOLE;
}

int
store_check(struct store *store, const struct store_key *key, size_t size,
    size_t limit)
{
	struct buf bytes = {0};
	int has = store_has(store, key, size);

	if (has == STORE_WHOLE && store_get(store, key, limit, &bytes) != 1)
		has = STORE_DAMAGED;
	buf_release(&bytes);
	return has;
}

/* Open what `key` names: 1, 0 when it is not there, -1. */
static int
open_key(const struct store *store, const struct store_key *key,
    char path[static STORE_PATH], int *fd)
{
	place_of(store->path, key, path);
	*fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (*fd >= 0)
		return 1;
	return errno == ENOENT ? 0 : fail_errno("cannot open '%s'", path);
}

static int
check_bytes(const struct store_key *key, const char *path, struct span bytes)
{
	struct digest root = tree_root(bytes);

	if (!digest_equal(&root, &key->id))
		return fail(FAIL_DATA, "'%s' is damaged", path);
	return 1;
}

/* Append what is in `fd`; how many bytes, or -1. */
static ssize_t
read_whole(int fd, const char *path, size_t limit, struct buf *to)
{
	struct stat status;
	ssize_t got;

	if (fstat(fd, &status) != 0)
		return fail_errno("cannot look at '%s'", path);
	if ((uint64_t)status.st_size > limit)
		return fail(FAIL_DATA, "'%s' is longer than %zu bytes", path,
		    limit);
	if (buf_reserve(to, (size_t)status.st_size) != 0)
		return -1;
	got = file_fill(fd, to->data + to->size, (size_t)status.st_size);
	if (got > 0)
		to->size += (size_t)got;
	return got;
}

static int
get(struct store *store, const struct store_key *key, size_t limit, bool cold,
    struct buf *to)
{
	char path[STORE_PATH];
	ssize_t got;
	int fd, found;

	found = open_key(store, key, path, &fd);
	if (found <= 0)
		return found;
	if (cold)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	got = read_whole(fd, path, limit, to);
	close(fd);
	return got < 0 ? -1
		       : check_bytes(key, path,
			     span_of(to->data + to->size - got, (size_t)got));
}

int
store_get(struct store *store, const struct store_key *key, size_t limit,
    struct buf *to)
{
	return get(store, key, limit, false, to);
}

int
store_get_cold(struct store *store, const struct store_key *key, size_t limit,
    struct buf *to)
{
	int got = get(store, key, limit, true, to);

	return got == 0 ? marker_check(store->path) : got;
}

int
store_drop(struct store *store, const struct store_key *key)
{
	int result, lock = usage_lock(store->path, &key->owner);

	if (lock < 0)
		return -1;
	result = dropped_delete(store->path, key, lock);
	usage_unlock(lock);
	return result;
}

int
store_set_aside(struct store *store, const struct store_key *key, uint64_t time)
{
	int result, lock = usage_lock(store->path, &key->owner);

	if (lock < 0)
		return -1;
	result = dropped_keep(store->path, key, time, lock);
	usage_unlock(lock);
	return result;
}

int
store_purge(struct store *store, uint64_t time)
{
	return dropped_purge(store->path, time);
}

int
store_list(struct store *store, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	return place_list(store->path, shelf, owner, each, context);
}
