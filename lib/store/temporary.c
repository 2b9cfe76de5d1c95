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

/* What it adds to what its owner has. */
static uint64_t
growth(const struct temporary *file)
{
	return file->size > file->replaces ? file->size - file->replaces : 0;
}

void
temporary_init(struct temporary *file, const char *tag, uint64_t serial,
    const char *path)
{
	char hex[DIGEST_HEX_SIZE];
	struct stat status;
	bool is_there = stat(path, &status) == 0;

	file->replaces = is_there ? (uint64_t)status.st_size : 0;
	file->differs = is_there && file->replaces != file->size;
	digest_hex(&file->owner, hex);
	snprintf(file->name, sizeof file->name, "%.*s-%s-%llu+%llu", OWNER_SIZE,
	    hex, tag, (unsigned long long)serial,
	    (unsigned long long)growth(file));
}

/* What all writers together have on the way for an owner. */
static int
sum_growths(const char *store, const struct digest *owner, uint64_t *bytes)
{
	char path[STORE_PATH], hex[DIGEST_HEX_SIZE];
	const struct dirent *entry;
	const char *plus;
	DIR *folder;

	*bytes = 0;
	temporary_path(store, "", path);
	digest_hex(owner, hex);
	folder = opendir(path);
	if (folder == NULL)
		return fail_errno("cannot open '%s'", path);
	while ((entry = readdir(folder)) != NULL) {
		plus = strchr(entry->d_name, '+');
		if (plus != NULL &&
		    strncmp(entry->d_name, hex, OWNER_SIZE) == 0)
			*bytes += strtoull(plus + 1, NULL, 10);
	}
	closedir(folder);
	return 0;
}

/* The owner's number is locked. */
static int
check_limit(const char *store, int lock, const struct digest *owner,
    uint64_t extra, uint64_t limit)
{
	uint64_t used, under_way;

	if (extra == 0)
		return 0;
	if (usage_read(lock, &used) != 0 ||
	    sum_growths(store, owner, &under_way) != 0)
		return -1;
	if (used + under_way + extra <= limit)
		return 0;
	return fail(FAIL_NO,
	    "no room: %llu of %llu bytes are used, %llu are on the way, and "
	    "%llu more are asked for",
	    (unsigned long long)used, (unsigned long long)limit,
	    (unsigned long long)under_way, (unsigned long long)extra);
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
temporary_reserve(const char *store, const struct temporary *file,
    uint64_t limit)
{
	int lock = usage_lock(store, &file->owner), fd = -1;

	if (lock < 0)
		return -1;
	if (usage_prepare(lock) == 0 &&
	    (limit == 0 ||
		check_limit(store, lock, &file->owner, growth(file), limit) ==
		    0))
		fd = create(store, file->name, limit == 0 ? 0 : file->size);
	usage_unlock(lock);
	return fd;
}

/* The name and the number go together; `old` is the size of what was there. */
static int
become_locked(const char *store, const struct temporary *file, const char *path,
    uint64_t old, int lock)
{
	char from[STORE_PATH];
	uint64_t used;

	if (usage_read(lock, &used) != 0)
		return -1;
	temporary_path(store, file->name, from);
	if (rename(from, path) != 0)
		return fail_errno("cannot create '%s'", path);
	return usage_write(lock, (used > old ? used - old : 0) + file->size);
}

int
temporary_become(const char *store, const struct temporary *file,
    const char *path, uint64_t limit)
{
	int result = 0, lock = usage_lock(store, &file->owner);
	uint64_t old = 0;
	struct stat status;
	bool doubtful;

	if (lock < 0)
		return -1;
	doubtful = stat(path, &status) == 0;
	if (doubtful)
		old = (uint64_t)status.st_size;
	doubtful = doubtful && old != file->size;
	if (limit > 0 && old < file->replaces)
		result = check_limit(store, lock, &file->owner,
		    file->replaces - old, limit);
	if (result == 0)
		result = become_locked(store, file, path, old, lock);
	usage_unlock(lock);
	return result == 0 ? doubtful : -1;
}

static bool
is_of(const char *name, const char *tag)
{
	const char *dash = strchr(name, '-');
	size_t size;

	if (tag == NULL)
		return name[0] != '.' &&
		    strncmp(name, TEMPORARY_MARK, strlen(TEMPORARY_MARK)) != 0;
	size = strlen(tag);
	return dash != NULL && strncmp(dash + 1, tag, size) == 0 &&
	    dash[1 + size] == '-';
}

int
temporary_remove(const char *store, const char *tag, bool *found)
{
	char path[STORE_PATH];
	struct dirent *entry;
	DIR *folder;

	temporary_path(store, "", path);
	folder = opendir(path);
	if (folder == NULL)
		return fail_errno("cannot open '%s'", path);
	while ((entry = readdir(folder)) != NULL) {
		if (!is_of(entry->d_name, tag))
			continue;
		*found = true;
		unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	return 0;
}
