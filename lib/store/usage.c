/* SPDX-License-Identifier: ISC */
#include "store/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "store/dropped.h"
#include "store/place.h"

#define FILE_NAME "used" /* of an owner */
#define NUMBER_SIZE 32

int
usage_lock(const char *store, const struct digest *owner)
{
	char path[STORE_PATH];
	int fd;

	place_below(store, owner, FILE_NAME, path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ENOENT) {
		*strrchr(path, '/') = '\0';
		if (file_make_folder(path, 0700) != 0)
			return -1;
		place_below(store, owner, FILE_NAME, path);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	}
	if (fd < 0)
		return fail_errno("cannot open '%s'", path);
	if (flock(fd, LOCK_EX) == 0)
		return fd;
	fail_errno("cannot lock '%s'", path);
	close(fd);
	return -1;
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
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return fail_errno("cannot open '%s'", path);
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

/* One owner's shelves, summed up. */
struct sum {
	const char *store;
	struct store_key key;
	uint64_t bytes;
};

static int
add_file(void *context, const struct digest *id)
{
	struct sum *sum = context;
	char path[STORE_PATH];
	struct stat status;

	sum->key.id = *id;
	place_of(sum->store, &sum->key, path);
	if (stat(path, &status) != 0)
		return fail_errno("cannot look at '%s'", path);
	sum->bytes += (uint64_t)status.st_size;
	return 0;
}

int
usage_recount_owner(const char *store, const struct digest *owner)
{
	struct sum sum = {.store = store, .key.owner = *owner};
	unsigned shelf;
	int fd, result = 0;

	fd = usage_lock(store, owner);
	if (fd < 0)
		return -1;
	for (shelf = 0; result == 0 && shelf < STORE_SHELVES; shelf++) {
		sum.key.shelf = (enum store_shelf)shelf;
		result =
		    place_list(store, sum.key.shelf, owner, add_file, &sum);
	}
	if (result == 0)
		result = dropped_sum(store, owner, &sum.bytes);
	if (result == 0)
		result = usage_write(fd, sum.bytes);
	if (result == 0 && fdatasync(fd) != 0)
		result = fail_errno("cannot sync what an owner uses");
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
	return access(path, F_OK) == 0 ? file_sync(path) : 0;
}

int
usage_sync(const char *store)
{
	struct failure before = *fail_last();
	int result = place_each_owner(store, sync_number, &store);

	fail_again(&before);
	return result;
}
