/* SPDX-License-Identifier: ISC */
#include "store/temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "store/usage.h"

#define OWNER_SIZE 16 /* hex digits of the owner in a name */

void
temporary_path(const char *store, const char *name,
    char path[static STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/tmp/%s", store, name);
}

void
temporary_name(const struct digest *owner, const void *writer, uint64_t serial,
    char name[static TEMPORARY_NAME])
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(owner, hex);
	snprintf(name, TEMPORARY_NAME, "%.*s-%ld-%p-%llu", OWNER_SIZE, hex,
	    (long)getpid(), writer, (unsigned long long)serial);
}

/* What all writers together have on the way for an owner. */
static int
sum_sizes(const char *store, const struct digest *owner, uint64_t *bytes)
{
	char path[STORE_PATH], hex[DIGEST_HEX_SIZE];
	struct dirent *entry;
	struct stat status;
	DIR *folder;

	*bytes = 0;
	temporary_path(store, "", path);
	digest_hex(owner, hex);
	folder = opendir(path);
	if (folder == NULL)
		return fail_errno("cannot open '%s'", path);
	while ((entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, hex, OWNER_SIZE) == 0 &&
		    fstatat(dirfd(folder), entry->d_name, &status, 0) == 0)
			*bytes += (uint64_t)status.st_size;
	closedir(folder);
	return 0;
}

/* The owner's number is locked. */
static int
check_limit(const char *store, int lock, const struct digest *owner,
    uint64_t size, uint64_t limit)
{
	uint64_t used, under_way;

	if (usage_read(lock, &used) != 0 ||
	    sum_sizes(store, owner, &under_way) != 0)
		return -1;
	if (used + under_way + size <= limit)
		return 0;
	return fail(FAIL_NO,
	    "no room: %llu of %llu bytes are used, %llu are on the way, and "
	    "%llu more are asked for",
	    (unsigned long long)used, (unsigned long long)limit,
	    (unsigned long long)under_way, (unsigned long long)size);
}

static int
create(const char *store, const char *name, uint64_t size)
{
	char path[STORE_PATH];
	int fd;

	temporary_path(store, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_errno("cannot create '%s'", path);
	if (ftruncate(fd, (off_t)size) == 0)
		return fd;
	fail_errno("cannot write '%s'", path);
	close(fd);
	return -1;
}

int
temporary_reserve(const char *store, const char *name,
    const struct digest *owner, uint64_t size, uint64_t limit)
{
	int lock, fd = -1;

	if (usage_prepare(store, owner) != 0)
		return -1;
	if (limit == 0)
		return create(store, name, 0);
	lock = usage_lock(store, owner);
	if (lock < 0)
		return -1;
	if (check_limit(store, lock, owner, size, limit) == 0)
		fd = create(store, name, size);
	usage_unlock(lock);
	return fd;
}

void
temporary_mark(const void *writer, char name[static TEMPORARY_NAME])
{
	snprintf(name, TEMPORARY_NAME, "writer-%ld-%p", (long)getpid(), writer);
}

/* owner-pid-writer-serial and writer-pid-writer: the number is the second. */
static bool
is_of(const char *name, int pid)
{
	const char *dash = strchr(name, '-');

	return pid == 0 || (dash != NULL && atoi(dash + 1) == pid);
}

int
temporary_clean(const char *store, int pid, bool *found)
{
	char path[STORE_PATH];
	struct dirent *entry;
	DIR *folder;

	temporary_path(store, "", path);
	folder = opendir(path);
	if (folder == NULL)
		return fail_errno("cannot open '%s'", path);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' || !is_of(entry->d_name, pid))
			continue;
		*found = true;
		unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	return 0;
}
