/* SPDX-License-Identifier: ISC */
#include "store/temporary.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"
#include "base/strict.h"
#include "store/usage.h"
#include "store/writer.h"

#define OWNER_SIZE 16 /* hex digits of the owner in a name */
#define ID_SIZE 16    /* and of what it shall be called */

void
temporary_path(const char *store, const char *name,
    char path[static STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/tmp/%s", store, name);
}

int
temporary_make_folder(const char *store)
{
	char path[STORE_PATH];

	temporary_path(store, "", path);
	*strrchr(path, '/') = '\0';
	return strict_must(strict_make_folder(path), path);
}

DIR *
temporary_list(const char *store, char path[static STORE_PATH])
{
	bool absent;
	DIR *folder;

	temporary_path(store, "", path);
	folder = strict_list(path, &absent);
	if (absent)
		fail(FAIL_SYSTEM, "'%s' is gone", path);
	return folder;
}

/* The end of the names of all that is on the way to `path`. */
static void
end_of(const char *path, char end[static ID_SIZE + 2])
{
	snprintf(end, ID_SIZE + 2, "=%s", strrchr(path, '/') + 1);
}

/* What it adds to what its owner has. */
static uint64_t
growth(const struct temporary *file)
{
	return file->size > file->replaces ? file->size - file->replaces : 0;
}

/* The size of what is there, 0 of anything but a file. */
static bool
look(const char *path, uint64_t *size)
{
	struct stat status;
	bool is_there = lstat(path, &status) == 0 && S_ISREG(status.st_mode);

	*size = is_there ? (uint64_t)status.st_size : 0;
	return is_there;
}

void
temporary_init(struct temporary *file, const char *tag, uint64_t serial,
    const char *path)
{
	char hex[DIGEST_HEX_SIZE], end[ID_SIZE + 2];
	bool is_there = look(path, &file->replaces);

	file->differs = is_there && file->replaces != file->size;
	digest_hex(&file->owner, hex);
	end_of(path, end);
	snprintf(file->name, sizeof file->name, "%.*s-%s-%llu+%llu%s",
	    OWNER_SIZE, hex, tag, (unsigned long long)serial,
	    (unsigned long long)growth(file), end);
}

int
temporary_sum(const char *store, const struct digest *owner, uint64_t *bytes)
{
	char hex[DIGEST_HEX_SIZE], path[STORE_PATH];
	DIR *folder = temporary_list(store, path);
	const char *name, *plus;
	int result = 0;

	*bytes = 0;
	if (folder == NULL)
		return -1;
	digest_hex(owner, hex);
	while ((name = file_next(folder, path, &result)) != NULL) {
		plus = strchr(name, '+');
		if (plus != NULL && strncmp(name, hex, OWNER_SIZE) == 0)
			*bytes += strtoull(plus + 1, NULL, 10);
	}
	closedir(folder);
	return result;
}

bool
temporary_comes(const char *store, const struct digest *owner, const char *path)
{
	char hex[DIGEST_HEX_SIZE], end[ID_SIZE + 2], list[STORE_PATH];
	DIR *folder = temporary_list(store, list);
	const char *name, *there;
	bool comes = false;
	int result = 0;

	if (folder == NULL)
		return true;
	digest_hex(owner, hex);
	end_of(path, end);
	while (!comes && (name = file_next(folder, list, &result)) != NULL) {
		there = strchr(name, '=');
		comes = there != NULL && strcmp(there, end) == 0 &&
		    strncmp(name, hex, OWNER_SIZE) == 0;
	}
	closedir(folder);
	return comes || result != 0;
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
	    temporary_sum(store, owner, &under_way) != 0)
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
	fd = strict_must(strict_open(path, O_WRONLY | O_CREAT | O_EXCL), path);
	if (fd < 0)
		return -1;
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
	if (strict_must(strict_rename(from, path), from) != 0)
		return -1;
	return usage_write(lock, (used > old ? used - old : 0) + file->size);
}

int
temporary_become(const char *store, const struct temporary *file,
    const char *path, uint64_t limit)
{
	int result = 0, lock = usage_lock(store, &file->owner);
	uint64_t old;
	bool doubtful;

	if (lock < 0)
		return -1;
	doubtful = look(path, &old) && old != file->size;
	if (limit > 0 && old < file->replaces)
		result = check_limit(store, lock, &file->owner,
		    file->replaces - old, limit);
	if (result == 0)
		result = become_locked(store, file, path, old, lock);
	usage_unlock(lock);
	return result == 0 ? doubtful : -1;
}

/* Whether it is one that temporary_init makes, by the writer of that tag. */
static bool
is_of(const char *name, const char *tag)
{
	size_t size = strspn(name, "0123456789abcdef");
	const char *rest = name + size + 1;
	uint64_t number;

	if (size != OWNER_SIZE || name[size] != '-')
		return false;
	size = writer_tag_size(rest);
	if (size == 0 ||
	    (tag != NULL &&
		(strlen(tag) != size || strncmp(rest, tag, size) != 0)))
		return false;
	rest += size;
	return *rest++ == '-' && number_take(&rest, &number) &&
	    *rest++ == '+' && number_take(&rest, &number) &&
	    (*rest == '\0' || *rest == '=');
}

int
temporary_remove(const char *store, const char *tag, bool *found)
{
	char path[STORE_PATH];
	DIR *folder = temporary_list(store, path);
	const char *name;
	int result = 0;

	if (folder == NULL)
		return -1;
	while ((name = file_next(folder, path, &result)) != NULL) {
		if (!is_of(name, tag))
			continue;
		*found = true;
		unlinkat(dirfd(folder), name, 0);
	}
	closedir(folder);
	return result;
}
