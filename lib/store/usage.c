/* SPDX-License-Identifier: ISC */
#include "store/usage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strict.h"
#include "store/burden.h"
#include "store/dropped.h"
#include "store/place.h"

#define FILE_NAME "used"	   /* of an owner */
#define RECORD "%020llu %020llu\n" /* always of one length */
#define RECORD_SIZE 42

static void
print(const struct usage *usage, char text[static RECORD_SIZE + 1])
{
	snprintf(text, RECORD_SIZE + 1, RECORD,
	    (unsigned long long)usage->bytes, (unsigned long long)usage->files);
}

/* `fd` has the numbers, locked. */
static int
recount_locked(const char *store, const struct digest *owner, int fd)
{
	struct usage usage = {0};
	unsigned shelf;
	int result = 0;

	for (shelf = 0; result == 0 && shelf < STORE_SHELVES; shelf++)
		result =
		    burden_shelf(store, (enum store_shelf)shelf, owner, &usage);
	if (result == 0)
		result = dropped_sum(store, owner, &usage);
	if (result == 0)
		result = usage_write(fd, &usage);
	if (result == 0 && fdatasync(fd) != 0)
		result = fail_errno("cannot sync what an owner uses");
	return result;
}

/*
 * What it says: 1; 0 when that is nothing, or what is not written by
 * usage_write, which may begin with a number of bytes; -1.
 */
static int
parse(int fd, struct usage *usage)
{
	char text[RECORD_SIZE + 1] = "", again[RECORD_SIZE + 1];
	char *rest;

	if (pread(fd, text, RECORD_SIZE, 0) < 0)
		return fail_errno("cannot read what an owner uses");
	usage->bytes = strtoull(text, &rest, 10);
	usage->files = strtoull(rest, NULL, 10);
	print(usage, again);
	return strcmp(text, again) == 0;
}

static int
lock(const char *store, const struct digest *owner, int fd, const char *path)
{
	struct usage usage;
	int right;

	if (file_lock(fd, LOCK_EX, path) == 0) {
		right = parse(fd, &usage);
		if (right == 0)
			dropped_prepare(store, owner);
		if (right == 1 ||
		    (right == 0 && recount_locked(store, owner, fd) == 0))
			return fd;
	}
	close(fd);
	return -1;
}

/* Move what is no file out of the way, and make one, which is locked. */
static int
replace_locked(const char *store, const struct digest *owner, const char *path)
{
	char aside[PATH_MAX + RECORD_SIZE];
	int fd = strict_open(path, O_RDWR | O_CREAT); /* by another, just now */
	int moved;

	snprintf(aside, sizeof aside, "%s.%lld", path, (long long)time(NULL));
	if (fd == -1 && fail_last()->kind == FAIL_DATA &&
	    (moved = strict_set_aside(path, aside)) >= 0) {
		log_line(LOG_WARN,
		    "'%s' is not a regular file: %s%s, and made anew", path,
		    moved ? "removed" : "set aside as ", moved ? "" : aside);
		fd = strict_open(path, O_RDWR | O_CREAT);
	}
	return fd < 0 ? -1 : lock(store, owner, fd, path);
}

static int
replace(const char *store, const struct digest *owner, const char *path)
{
	char above[PATH_MAX];
	bool absent;
	DIR *folder;
	int fd;

	place_below(store, owner, "", above);
	folder = strict_list(above, &absent);
	if (folder == NULL)
		return -1;
	fd = file_lock(dirfd(folder), LOCK_EX, above) == 0
	    ? replace_locked(store, owner, path)
	    : -1;
	closedir(folder);
	return fd;
}

int
usage_lock(const char *store, const struct digest *owner)
{
	char path[PATH_MAX];
	int fd;

	place_below(store, owner, FILE_NAME, path);
	fd = strict_open(path, O_RDWR | O_CREAT);
	if (fd == STRICT_ABSENT) {
		*strrchr(path, '/') = '\0';
		if (strict_make_folder(path) != 0)
			return -1;
		place_below(store, owner, FILE_NAME, path);
		fd = strict_open(path, O_RDWR | O_CREAT);
	}
	if (fd >= 0)
		return lock(store, owner, fd, path);
	return strict_must(fd, store) == fd && fail_last()->kind == FAIL_DATA
	    ? replace(store, owner, path)
	    : -1;
}

void
usage_unlock(int fd)
{
	close(fd);
}

int
usage_read(int fd, struct usage *usage)
{
	return parse(fd, usage) < 0 ? -1 : 0;
}

/* Its numbers: 1, 0 if it has not these two, -1. */
static int
look(const char *store, const struct digest *owner, struct usage *usage)
{
	char path[PATH_MAX];
	int fd, result;

	place_below(store, owner, FILE_NAME, path);
	*usage = (struct usage){0};
	fd = strict_open(path, O_RDONLY);
	if (fd < 0)
		return fd == STRICT_ABSENT || fail_last()->kind == FAIL_DATA
		    ? 0
		    : -1;
	result = parse(fd, usage);
	close(fd);
	return result;
}

int
usage_look(const char *store, const struct digest *owner, struct usage *usage)
{
	return look(store, owner, usage) < 0 ? -1 : 0;
}

/* Of one length, so that it is never half overwritten. */
int
usage_write(int fd, const struct usage *usage)
{
	char text[RECORD_SIZE + 1];

	print(usage, text);
	if (pwrite(fd, text, RECORD_SIZE, 0) != RECORD_SIZE)
		return fail_errno("cannot write what an owner uses");
	return 0;
}

void
usage_subtract(struct usage *from, const struct usage *usage)
{
	from->bytes -= usage->bytes < from->bytes ? usage->bytes : from->bytes;
	from->files -= usage->files < from->files ? usage->files : from->files;
}

int
usage_change(int fd, const struct usage *gone, const struct usage *come)
{
	struct usage usage;

	if (usage_read(fd, &usage) != 0)
		return -1;
	usage_subtract(&usage, gone);
	usage.bytes += come->bytes;
	usage.files += come->files;
	return usage_write(fd, &usage);
}

static bool
fits(uint64_t used, uint64_t way, uint64_t more, uint64_t limit)
{
	return more == 0 || used + way + more <= limit;
}

int
usage_check(const struct usage *used, const struct usage *way,
    const struct usage *more, const struct usage *limit)
{
	if (!fits(used->bytes, way->bytes, more->bytes, limit->bytes))
		return fail(FAIL_NO,
		    "no room: %llu of %llu bytes are used, %llu are on the "
		    "way, and %llu more are asked for",
		    (unsigned long long)used->bytes,
		    (unsigned long long)limit->bytes,
		    (unsigned long long)way->bytes,
		    (unsigned long long)more->bytes);
	if (fits(used->files, way->files, more->files, limit->files))
		return 0;
	fail(FAIL_NO,
	    "no room: %llu of %llu files are here, %llu are on the way, and "
	    "another is asked for",
	    (unsigned long long)used->files, (unsigned long long)limit->files,
	    (unsigned long long)way->files);
	return fail_hint("larger shards are fewer files: shard-split "
			 "--shard-size");
}

int
usage_recount_owner(const char *store, const struct digest *owner)
{
	int result, fd = usage_lock(store, owner);

	if (fd < 0)
		return -1;
	result = recount_locked(store, owner, fd);
	usage_unlock(fd);
	return result;
}

static int
recount(void *context, const struct digest *owner)
{
	return usage_recount_owner(*(const char *const *)context, owner);
}

static int
recount_unless_right(void *context, const struct digest *owner)
{
	struct usage usage;
	int right = look(*(const char *const *)context, owner, &usage);

	return right != 0 ? (right < 0 ? -1 : 0) : recount(context, owner);
}

int
usage_recount(const char *store, bool all)
{
	return place_each_owner(store, all ? recount : recount_unless_right,
	    &store);
}

static int
sync_number(void *context, const struct digest *owner)
{
	char path[PATH_MAX];

	place_below(*(const char *const *)context, owner, FILE_NAME, path);
	return access(path, F_OK) == 0 ? strict_sync(path) : 0;
}

int
usage_sync(const char *store)
{
	struct failure before = *fail_last();
	int result = place_each_owner(store, sync_number, &store);

	fail_again(&before);
	return result;
}
