/* SPDX-License-Identifier: ISC */
#include "base/strict.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

/* linux/openat2.h, which musl's headers do not bring. */
#define OPENAT2 437
#define NO_SYMLINKS 0x04

struct how {
	uint64_t flags, mode, resolve;
};

/* Without openat2: each step by itself. */
static int
walk(const char *path, int flags, mode_t mode)
{
	int at = *path == '/' ? open("/", O_PATH | O_CLOEXEC) : AT_FDCWD;
	char name[NAME_MAX + 1];
	bool last = false;
	size_t length;
	int next;

	while (!last) {
		path += strspn(path, "/");
		length = strcspn(path, "/");
		last = path[length + strspn(path + length, "/")] == '\0';
		snprintf(name, sizeof name, "%.*s", (int)length, path);
		next = (int)syscall(SYS_openat, at, length > 0 ? name : ".",
		    O_NOFOLLOW | (last ? flags : O_PATH | O_CLOEXEC), mode);
		if (at >= 0)
			close(at);
		at = next;
		if (at < 0)
			break;
		path += length;
	}
	return at;
}

static int
open_strictly(const char *path, int flags)
{
	struct how how = {(unsigned)flags | O_CLOEXEC,
	    flags & O_CREAT ? 0600 : 0, NO_SYMLINKS};
	int fd = (int)syscall(OPENAT2, AT_FDCWD, path, &how, sizeof how);

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = walk(path, (int)how.flags, (mode_t)how.mode);
	return fd;
}

static int
not_regular(const char *path)
{
	return fail(FAIL_DATA, "'%s' is not a regular file", path);
}

/* What errno says of `path`; a link is of this kind of failure. */
static int
refuse(enum fail_kind kind, const char *doing, const char *path)
{
	if (errno == ENOENT)
		return STRICT_ABSENT;
	if (errno != ELOOP)
		return fail_errno("cannot %s '%s'", doing, path);
	fail(kind, "'%s' is a symbolic link, or below one", path);
	return fail_hint("no link in a store is followed: remove it");
}

int
strict_resolve(const char *path, char *resolved, size_t size)
{
	char link[32];
	ssize_t length = -1;
	int fd = -1;

	if (strict_is_folder(path) != 1)
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		length = readlink(link, resolved, size);
		close(fd);
	}
	if (length < 0)
		length = snprintf(resolved, size, "%s", path);
	if ((size_t)length >= size)
		return fail(FAIL_SYSTEM, "the path '%.100s' is too long", path);
	resolved[length] = '\0';
	return 0;
}

/* Close it unless it is a regular file. */
static int
check_regular(int fd, const char *path, struct stat *status)
{
	bool looked = fstat(fd, status) == 0;

	if (looked && S_ISREG(status->st_mode))
		return fd;
	if (!looked)
		fail_errno("cannot look at '%s'", path);
	close(fd);
	return looked ? not_regular(path) : -1;
}

int
strict_open(const char *path, int flags)
{
	struct stat status;
	int fd = open_strictly(path, flags | O_NONBLOCK);

	if (fd < 0 && (errno == ENXIO || errno == EISDIR))
		return not_regular(path);
	return fd < 0 ? refuse(FAIL_DATA, "open", path)
		      : check_regular(fd, path, &status);
}

int
strict_look(const char *path, struct stat *status)
{
	int fd = open_strictly(path, O_PATH);

	if (fd < 0)
		return refuse(FAIL_DATA, "look at", path);
	if (check_regular(fd, path, status) < 0)
		return -1;
	close(fd);
	return 0;
}

int
strict_is_folder(const char *path)
{
	int fd = open_strictly(path, O_PATH | O_DIRECTORY);

	if (fd < 0)
		return refuse(FAIL_SYSTEM, "open", path);
	close(fd);
	return 1;
}

DIR *
strict_list(const char *path, bool *absent)
{
	int fd = open_strictly(path, O_RDONLY | O_DIRECTORY);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	*absent = folder == NULL &&
	    refuse(FAIL_SYSTEM, "open", path) == STRICT_ABSENT;
	if (folder == NULL && fd >= 0)
		close(fd);
	return folder;
}

/* The folder of `path`, for the calls that want one, and the name in it. */
static int
open_above(const char *path, const char **name)
{
	char folder[PATH_MAX];

	*name = strrchr(path, '/') + 1;
	file_folder(path, folder);
	return open_strictly(folder, O_PATH | O_DIRECTORY);
}

int
strict_make_folder(const char *path)
{
	const char *name;
	int above = open_above(path, &name), result = 0;

	if (above < 0 || (mkdirat(above, name, 0700) != 0 && errno != EEXIST))
		result = refuse(FAIL_SYSTEM, "make folder", path);
	if (above >= 0)
		close(above);
	return result;
}

int
strict_rename(const char *from, const char *to)
{
	const char *old, *new;
	int above_old = open_above(from, &old), above_new = -1, result = -1;

	if (above_old >= 0)
		above_new = open_above(to, &new);
	if (above_new >= 0)
		result = renameat(above_old, old, above_new, new);
	if (result != 0)
		result = refuse(FAIL_SYSTEM, "create", to);
	if (above_old >= 0)
		close(above_old);
	if (above_new >= 0)
		close(above_new);
	return result;
}

int
strict_unlink(const char *path)
{
	const char *name;
	int above = open_above(path, &name), result = 0;

	if (above < 0 || unlinkat(above, name, 0) != 0)
		result = refuse(FAIL_SYSTEM, "remove", path);
	if (above >= 0)
		close(above);
	return result;
}

int
strict_set_aside(const char *from, const char *to)
{
	int result = strict_rename(from, to);
	struct stat status;

	if (result != -1 || lstat(from, &status) != 0 ||
	    S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
		return result;
	return strict_unlink(from) == 0 ? 1 : -1;
}

int
strict_must(int result, const char *path)
{
	return result == STRICT_ABSENT ? fail(FAIL_SYSTEM, "'%s' is gone", path)
				       : result;
}

static int
sync_open(int fd, const char *path)
{
	int result;

	if (strict_must(fd, path) < 0)
		return -1;
	result = fsync(fd);
	if (result != 0)
		fail_errno("cannot sync '%s'", path);
	close(fd);
	return result;
}

int
strict_sync(const char *path)
{
	return sync_open(strict_open(path, O_RDONLY), path);
}

int
strict_sync_folder(const char *path)
{
	int fd = open_strictly(path, O_RDONLY | O_DIRECTORY);

	return sync_open(fd < 0 ? refuse(FAIL_SYSTEM, "open", path) : fd, path);
}
