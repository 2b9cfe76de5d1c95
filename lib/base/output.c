/* SPDX-License-Identifier: ISC */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

/* What is open here is a link's end; where that is. */
static int
follow(int fd, const char *path, uid_t owner, char resolved[static PATH_MAX])
{
	char link[32];
	ssize_t length;

	if (owner != 0 && owner != geteuid())
		return fail(FAIL_USAGE,
		    "'%s' is a link of another user, and is not followed",
		    path);
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, resolved, PATH_MAX - 1);
	if (length < 0)
		return fail_errno("cannot follow '%s'", path);
	resolved[length] = '\0';
	return 0;
}

static const char *
irregular(const char *path)
{
	fail(FAIL_USAGE, "'%s' is not a regular file, and is not written over",
	    path);
	return NULL;
}

/* The name to write to. */
static const char *
find(const char *path, char resolved[static PATH_MAX])
{
	struct stat link, end;
	const char *name = NULL;
	int fd;

	if (path[0] == '-' && path[1] == '\0')
		return irregular(path);
	if (lstat(path, &link) != 0 && errno == ENOENT)
		return path;
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &end) != 0)
		fail_errno("cannot look at '%s'", path);
	else if (!S_ISREG(end.st_mode))
		irregular(path);
	else if (!S_ISLNK(link.st_mode))
		name = path;
	else if (follow(fd, path, link.st_uid, resolved) == 0)
		name = resolved;
	if (fd >= 0)
		close(fd);
	return name;
}

int
output_check(const char *path)
{
	char resolved[PATH_MAX];

	return find(path, resolved) != NULL ? 0 : -1;
}

int
output_put(const char *path, struct span bytes)
{
	char resolved[PATH_MAX];
	const char *to = find(path, resolved);

	return to != NULL ? file_put(to, bytes, 0644, FILE_REPLACE) : -1;
}
