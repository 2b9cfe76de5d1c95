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
#include "store/writer.h"

#define OWNER_SIZE 16 /* hex digits of the owner in a name */
#define ID_SIZE 16    /* and of what it shall be called */

void
temporary_path(const char *store, const char *name, char path[static PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/tmp/%s", store, name);
}

int
temporary_make_folder(const char *store)
{
	char path[PATH_MAX];

	temporary_path(store, "", path);
	*strrchr(path, '/') = '\0';
	return strict_must(strict_make_folder(path), path);
}

DIR *
temporary_list(const char *store, char path[static PATH_MAX])
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
static struct usage
growth(const struct temporary *file)
{
	uint64_t old = file->replaces.bytes;

	return (struct usage){file->size > old ? file->size - old : 0,
	    1 - file->replaces.files};
}

/* What is there: nothing of what is not a file. */
static struct usage
look(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return (struct usage){0};
	return (struct usage){(uint64_t)status.st_size, 1};
}

void
temporary_init(struct temporary *file, const char *tag, uint64_t serial,
    const char *path)
{
	char hex[DIGEST_HEX_SIZE], end[ID_SIZE + 2];
	struct usage more;

	file->replaces = look(path);
	file->differs = file->replaces.files > 0 &&
	    file->replaces.bytes != file->size;
	more = growth(file);
	digest_hex(&file->owner, hex);
	end_of(path, end);
	snprintf(file->name, sizeof file->name, "%.*s-%s-%llu+%llu+%llu%s",
	    OWNER_SIZE, hex, tag, (unsigned long long)serial,
	    (unsigned long long)more.bytes, (unsigned long long)more.files,
	    end);
}

int
temporary_sum(const char *store, const struct digest *owner,
    struct usage *usage)
{
	char hex[DIGEST_HEX_SIZE], path[PATH_MAX], *rest;
	DIR *folder = temporary_list(store, path);
	const char *name, *plus;
	int result = 0;

	if (folder == NULL)
		return -1;
	digest_hex(owner, hex);
	while ((name = file_next(folder, path, &result)) != NULL) {
		plus = strchr(name, '+');
		if (plus == NULL || strncmp(name, hex, OWNER_SIZE) != 0)
			continue;
		usage->bytes += strtoull(plus + 1, &rest, 10);
		usage->files += strtoull(rest, NULL, 10);
	}
	closedir(folder);
	return result;
}

bool
temporary_comes(const char *store, const struct digest *owner, const char *path)
{
	char hex[DIGEST_HEX_SIZE], end[ID_SIZE + 2], list[PATH_MAX];
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

/* The owner's numbers are locked. */
static int
check_limit(const char *store, int lock, const struct digest *owner,
    const struct usage *more, const struct usage *limit)
{
	struct usage used, way = {0};

	if (limit->bytes == 0 || (more->bytes == 0 && more->files == 0))
		return 0;
	if (usage_read(lock, &used) != 0 ||
	    temporary_sum(store, owner, &way) != 0)
		return -1;
	return usage_check(&used, &way, more, limit);
}

static int
create(const char *store, const char *name, uint64_t size)
{
	char path[PATH_MAX];
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
    const struct usage *limit)
{
	int lock = usage_lock(store, &file->owner), fd = -1;
	struct usage more = growth(file);

	if (lock < 0)
		return -1;
	if (check_limit(store, lock, &file->owner, &more, limit) == 0)
		fd = create(store, file->name,
		    limit->bytes == 0 ? 0 : file->size);
	usage_unlock(lock);
	return fd;
}

/* The name and the numbers go together; `old` is what was there. */
static int
become_locked(const char *store, const struct temporary *file, const char *path,
    const struct usage *old, int lock)
{
	char from[PATH_MAX];

	temporary_path(store, file->name, from);
	if (strict_must(strict_rename(from, path), from) != 0)
		return -1;
	return usage_change(lock, old, &(struct usage){file->size, 1});
}

int
temporary_become(const char *store, const struct temporary *file,
    const char *path, const struct usage *limit)
{
	int result, lock = usage_lock(store, &file->owner);
	struct usage old, gone = file->replaces;
	bool doubtful;

	if (lock < 0)
		return -1;
	old = look(path);
	doubtful = old.files > 0 && old.bytes != file->size;
	usage_subtract(&gone, &old); /* what made room is there no more */
	result = check_limit(store, lock, &file->owner, &gone, limit);
	if (result == 0)
		result = become_locked(store, file, path, &old, lock);
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
	if (*rest++ != '-' || !number_take(&rest, &number) || *rest++ != '+' ||
	    !number_take(&rest, &number))
		return false;
	if (*rest == '+' && (rest++, !number_take(&rest, &number)))
		return false;
	return *rest == '\0' || *rest == '='; /* of older versions, too */
}

int
temporary_remove(const char *store, const char *tag, bool *found)
{
	char path[PATH_MAX];
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
