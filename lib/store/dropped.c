/* SPDX-License-Identifier: ISC */
#include "store/dropped.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"
#include "base/strict.h"

#define FOLDER "dropped" /* of an owner */

/* Between deletions, in ns: who waits for the lock tries every 10 ms. */
#define TURN 20000000

static int
forget(int lock, const struct stat *status)
{
	struct usage gone = {(uint64_t)status->st_size, 1};

	return usage_change(lock, &gone, &(struct usage){0});
}

static int
make_folder(const char *store, const struct digest *owner,
    char path[static PATH_MAX])
{
	place_below(store, owner, FOLDER, path);
	return strict_make_folder(path);
}

void
dropped_prepare(const char *store, const struct digest *owner)
{
	char path[PATH_MAX];

	make_folder(store, owner, path);
}

int
dropped_delete(const char *store, const struct store_key *key, int lock)
{
	char path[PATH_MAX];
	struct stat status;
	int result, look;

	place_of(store, key, path);
	look = result = strict_look(path, &status);
	if (look == 0 || (look == -1 && fail_last()->kind == FAIL_DATA))
		result = strict_unlink(path);
	if (result != 0)
		return result == STRICT_ABSENT ? 0 : -1;
	return look == 0 ? forget(lock, &status) : 0; /* no file: not counted */
}

int
dropped_keep(const char *store, const struct store_key *key, uint64_t time,
    int lock)
{
	char from[PATH_MAX], to[PATH_MAX], id[DIGEST_HEX_SIZE];
	struct stat twin;
	size_t length;

	if (make_folder(store, &key->owner, to) != 0)
		return -1;
	digest_hex(&key->id, id);
	length = strlen(to);
	snprintf(to + length, sizeof to - length, "/%020llu-%d-%s",
	    (unsigned long long)time, (int)key->shelf, id);
	place_of(store, key, from);
	if (access(from, F_OK) == 0 && strict_look(to, &twin) == 0 &&
	    forget(lock, &twin) != 0)
		return -1; /* the one from the same second goes */
	return strict_set_aside(from, to) == -1 ? -1 : 0;
}

/* A file that is held back. */
struct held {
	char path[PATH_MAX];
	struct stat status;
	uint64_t time; /* when it may go */
	struct store_key key;
};

/* "time-shelf-id" is one of ours; what else lies there is somebody else's. */
static bool
parse(const char *text, struct held *held)
{
	uint64_t shelf;

	if (!number_take(&text, &held->time) || *text++ != '-' ||
	    !number_take(&text, &shelf) || *text++ != '-' ||
	    shelf >= STORE_SHELVES || digest_parse(text, &held->key.id) != 0)
		return false;
	held->key.shelf = (enum store_shelf)shelf;
	return true;
}

/* Call `each` for all that is held back of an owner's. */
static int
walk(const char *store, const struct digest *owner,
    int (*each)(void *context, const struct held *held), void *context)
{
	struct held held = {.key.owner = *owner};
	char path[PATH_MAX];
	const char *name;
	DIR *folder;
	bool absent;
	int result = 0;

	place_below(store, owner, FOLDER, path);
	folder = strict_list(path, &absent);
	if (folder == NULL)
		return absent ? 0 : -1;
	while ((name = file_next(folder, path, &result)) != NULL) {
		snprintf(held.path, sizeof held.path, "%.*s/%s",
		    PATH_MAX - NAME_MAX, path, name);
		if (parse(name, &held) &&
		    strict_look(held.path, &held.status) == 0)
			result = each(context, &held);
	}
	closedir(folder);
	return result;
}

static int
add_size(void *context, const struct held *held)
{
	struct usage *usage = context;

	usage->bytes += (uint64_t)held->status.st_size;
	usage->files++;
	return 0;
}

int
dropped_sum(const char *store, const struct digest *owner, struct usage *usage)
{
	return walk(store, owner, add_size, usage);
}

/* What a purge has deleted of one owner's. */
struct purge {
	const char *store;
	uint64_t time;
	const struct dropped_calls *calls;
};

/* The owner's numbers are locked; somebody else may have deleted it by now. */
static int
delete_locked(struct purge *purge, const struct held *held, int lock)
{
	int result = strict_unlink(held->path);

	if (result != 0)
		return result == STRICT_ABSENT ? 0 : -1;
	if (forget(lock, &held->status) != 0)
		return -1;
	return purge->calls->each(purge->calls->context, &held->key);
}

/* One at a time: to forget it may take long, and others want to put. */
static int
delete_old(void *context, const struct held *held)
{
	static const struct timespec turn = {.tv_nsec = TURN};
	struct purge *purge = context;
	int result, lock;

	if (held->time >= purge->time)
		return 0;
	result = purge->calls->begin(purge->calls->context);
	if (result != 0)
		return result;
	lock = usage_lock(purge->store, &held->key.owner);
	if (lock < 0)
		return -1;
	result = delete_locked(purge, held, lock);
	usage_unlock(lock);
	if (purge->calls->slow)
		nanosleep(&turn, NULL);
	return result;
}

static int
purge_owner(void *context, const struct digest *owner)
{
	struct purge *purge = context;

	return walk(purge->store, owner, delete_old, purge);
}

int
dropped_purge(const char *store, uint64_t time,
    const struct dropped_calls *calls)
{
	struct purge purge = {.store = store, .time = time, .calls = calls};

	return place_each_owner(store, purge_owner, &purge);
}

/* Whether it is of this id and shelf. */
static int
is_that(void *context, const struct held *held)
{
	const struct store_key *wanted = context;

	return held->key.shelf == wanted->shelf &&
	    digest_equal(&held->key.id, &wanted->id);
}

bool
dropped_has(const char *store, const struct store_key *key)
{
	return walk(store, &key->owner, is_that, (void *)key) == 1;
}
