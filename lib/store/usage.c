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

#define FILE_NAME "used" /* of an owner */
#define NUMBER_SIZE 32

/* `fd` is the number, locked. */
static int
recount_locked(const char *store, const struct digest *owner, int fd)
{
	uint64_t bytes = 0;
	unsigned shelf;
	int result = 0;

	for (shelf = 0; result == 0 && shelf < STORE_SHELVES; shelf++)
		result =
		    burden_shelf(store, (enum store_shelf)shelf, owner, &bytes);
	if (result == 0)
		result = dropped_sum(store, owner, &bytes);
	if (result == 0)
		result = usage_write(fd, bytes);
	if (result == 0 && fdatasync(fd) != 0)
		result = fail_errno("cannot sync what an owner uses");
	return result;
}

static int
lock(int fd, const char *path)
{
	if (file_lock(fd, LOCK_EX, path) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Move what is no file out of the way, and make one, which is locked. */
static int
replace_locked(const char *store, const struct digest *owner, const char *path)
{
	char aside[STORE_PATH + NUMBER_SIZE];
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
	if (fd < 0 || lock(fd, path) < 0)
		return -1;
	if (recount_locked(store, owner, fd) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
replace(const char *store, const struct digest *owner, const char *path)
{
	char above[STORE_PATH];
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
	char path[STORE_PATH];
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
		return lock(fd, path);
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
usage_prepare(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_size == 0
	    ? usage_write(fd, 0)
	    : 0;
}

int
usage_read(int fd, uint64_t *bytes)
{
	char text[NUMBER_SIZE + 1] = "";

	if (pread(fd, text, NUMBER_SIZE, 0) < 0)
		return fail_errno("cannot read what an owner uses");
	*bytes = strtoull(text, NULL, 10);
	return 0;
}

int
usage_look(const char *store, const struct digest *owner, uint64_t *bytes)
{
	char path[STORE_PATH];
	int fd, result;

	place_below(store, owner, FILE_NAME, path);
	*bytes = 0;
	fd = strict_open(path, O_RDONLY);
	if (fd < 0)
		return fd == STRICT_ABSENT || fail_last()->kind == FAIL_DATA
		    ? 0
		    : -1;
	result = usage_read(fd, bytes);
	close(fd);
	return result;
}

/* Always of one length, so that it is never half overwritten. */
int
usage_write(int fd, uint64_t bytes)
{
	char text[NUMBER_SIZE];
	int size =
	    snprintf(text, sizeof text, "%020llu\n", (unsigned long long)bytes);

	if (pwrite(fd, text, (size_t)size, 0) != size)
		return fail_errno("cannot write what an owner uses");
	return 0;
}

int
usage_subtract(int fd, uint64_t bytes)
{
	uint64_t used;

	if (usage_read(fd, &used) != 0)
		return -1;
	return usage_write(fd, used > bytes ? used - bytes : 0);
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

int
usage_recount(const char *store)
{
	return place_each_owner(store, recount, &store);
}

static int
sync_number(void *context, const struct digest *owner)
{
	char path[STORE_PATH];

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
