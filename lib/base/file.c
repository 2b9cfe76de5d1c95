/* SPDX-License-Identifier: ISC */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/number.h"

#define PIPE_SIZE (1 << 20)
#define PARTS_MAX 512 /* half of Linux's IOV_MAX */

ssize_t
file_fill(int fd, void *to, size_t size)
{
	size_t have = 0;
	ssize_t got;

	while (have < size) {
		got = read(fd, (char *)to + have, size - have);
		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno("cannot read");
		have += (size_t)got;
	}
	return (ssize_t)have;
}

int
file_write(int fd, struct span bytes)
{
	struct iovec part = {(void *)bytes.data, bytes.size};

	return file_write_parts(fd, &part, 1);
}

/* Step over `done` bytes; returns how many parts are used up. */
static size_t
advance(struct iovec *part, size_t count, size_t done)
{
	size_t i;

	for (i = 0; i < count && done >= part[i].iov_len; i++)
		done -= part[i].iov_len;
	if (i < count) {
		part[i].iov_base = (char *)part[i].iov_base + done;
		part[i].iov_len -= done;
	}
	return i;
}

int
file_write_parts(int fd, struct iovec *part, size_t count)
{
	size_t used;
	ssize_t put;

	used = advance(part, count, 0);
	while (used < count) {
		part += used;
		count -= used;
		put = writev(fd, part,
		    (int)(count < PARTS_MAX ? count : PARTS_MAX));
		if (put < 0 && errno != EINTR)
			return fail_errno("cannot write");
		used = advance(part, count, put < 0 ? 0 : (size_t)put);
	}
	return 0;
}

int
file_read_open(int fd, const char *path, size_t limit, struct buf *bytes)
{
	ssize_t got;

	do {
		if (buf_reserve(bytes, 4096) != 0)
			return -1;
		got = file_fill(fd, bytes->data + bytes->size,
		    bytes->capacity - bytes->size);
		if (got < 0)
			return fail_errno("cannot read '%s'", path);
		bytes->size += (size_t)got;
		if (bytes->size > limit)
			return fail(FAIL_DATA, "'%s' is longer than %zu bytes",
			    path, limit);
	} while (bytes->size == bytes->capacity);
	return 0;
}

int
file_read(const char *path, size_t limit, struct buf *bytes)
{
	int fd, result;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno("cannot open '%s'", path);
	result = file_read_open(fd, path, limit, bytes);
	close(fd);
	return result;
}

int
file_sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;

	if (fd < 0)
		return fail_errno("cannot open folder '%s'", path);
	if (fsync(fd) != 0)
		result = fail_errno("cannot sync folder '%s'", path);
	close(fd);
	return result;
}

bool
file_is_temporary(const char *rest)
{
	uint64_t pid;

	return *rest++ == '.' && number_take(&rest, &pid) &&
	    strcmp(rest, ".new") == 0;
}

void
file_hand_over(int fd, int at, const char *folder)
{
	struct stat status;

	if (geteuid() == 0 && fstatat(at, folder, &status, 0) == 0 &&
	    status.st_uid != 0)
		fchown(fd, status.st_uid, status.st_gid);
}

/* The name of a new folder lasts, unless we may not read where it is. */
static int
sync_above(const char *path)
{
	char above[PATH_MAX];

	file_folder(path, above);
	return access(above, R_OK) == 0 ? file_sync_folder(above) : 0;
}

int
file_make_folder(const char *path, mode_t permissions)
{
	int fd;

	if (mkdir(path, permissions) != 0)
		return errno == EEXIST
		    ? 0
		    : fail_errno("cannot make folder '%s'", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) { /* else by its permissions nobody may read it */
		file_hand_over(fd, fd, "..");
		close(fd);
	}
	return sync_above(path);
}

const char *
file_next(DIR *folder, const char *path, int *result)
{
	const struct dirent *entry;

	if (*result != 0)
		return NULL;
	errno = 0;
	entry = readdir(folder);
	if (entry == NULL && errno != 0)
		*result = fail_errno("cannot read folder '%s'", path);
	return entry != NULL ? entry->d_name : NULL;
}

/* Whether it ends so: the name itself may have dots. */
static bool
ends_as_temporary(const char *name)
{
	const char *dot = strchr(name, '.');

	while (dot != NULL && !file_is_temporary(dot))
		dot = strchr(dot + 1, '.');
	return dot != NULL;
}

void
file_clean_folder(const char *path)
{
	DIR *folder = opendir(path);
	const char *name;
	int result = 0;

	while (
	    folder != NULL && (name = file_next(folder, path, &result)) != NULL)
		if (ends_as_temporary(name))
			unlinkat(dirfd(folder), name, 0);
	if (folder != NULL)
		closedir(folder);
}

int
file_make_folders(const char *path, mode_t permissions)
{
	char part[PATH_MAX];
	const char *slash = path;

	while (*slash != '\0' && (slash = strchr(slash + 1, '/')) != NULL) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
		if (file_make_folder(part, permissions) != 0)
			return -1;
	}
	return file_make_folder(path, permissions);
}

void
file_widen_pipe(int fd)
{
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}

int
file_path(char path[static FILE_PATH], const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(path, FILE_PATH, format, arguments);
	va_end(arguments);
	if (length < FILE_PATH)
		return 0;
	return fail(FAIL_USAGE, "the path '%.100s...' is too long", path);
}

void
file_folder(const char *path, char folder[static PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	snprintf(folder, PATH_MAX, "%.*s",
	    slash != NULL && slash > path ? (int)(slash - path) : 1,
	    slash != NULL ? path : ".");
}

void
file_named(const char *folder, const struct digest *name,
    char path[static PATH_MAX])
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(name, hex);
	snprintf(path, PATH_MAX, "%s/%s", folder, hex);
}
