/* SPDX-License-Identifier: ISC */
#include "base/regular.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

int
regular_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return fail_errno("cannot open '%s'", path);
	if (fstat(fd, &status) != 0)
		fail_errno("cannot look at '%s'", path);
	else if (!S_ISREG(status.st_mode))
		fail(FAIL_SYSTEM, "'%s' is not a regular file", path);
	else
		return fd;
	close(fd);
	return -1;
}

int
regular_read(const char *path, size_t limit, struct buf *bytes)
{
	int result, fd = regular_open(path);

	if (fd < 0)
		return -1;
	result = file_read_open(fd, path, limit, bytes);
	close(fd);
	return result;
}

int
regular_each_line(const char *path, size_t limit,
    void (*take)(void *context, char *line), void *context)
{
	struct buf text = {0};
	int result = regular_read(path, limit, &text);
	char *line, *rest;

	if (result == 0)
		result = buf_append(&text, span_of("", 1));
	rest = result == 0 ? (char *)text.data : NULL;
	while ((line = strsep(&rest, "\n")) != NULL)
		take(context, line);
	buf_release(&text);
	return result;
}

static int
check_writers(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return fail_errno("cannot look at '%s'", path);
	if ((status.st_mode & 022) == 0 ||
	    (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0))
		return 0;
	fail(FAIL_USAGE, "'%s' can be written by others (mode %04o)", path,
	    (unsigned)(status.st_mode & 07777));
	return fail_hint("chmod go-w '%s'", path);
}

int
regular_read_trusted(const char *path, size_t limit, struct buf *bytes)
{
	char folder[PATH_MAX];
	struct failure reason;

	if (regular_read(path, limit, bytes) != 0) {
		reason = *fail_last();
		if (reason.kind == FAIL_SYSTEM)
			reason.kind = FAIL_USAGE;
		return fail_again(&reason);
	}
	file_folder(path, folder);
	return check_writers(path) == 0 ? check_writers(folder) : -1;
}
