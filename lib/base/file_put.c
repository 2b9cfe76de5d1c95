/* SPDX-License-Identifier: ISC */

/* Files that appear whole or not at all. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

#define NO_REPLACE 1  /* RENAME_NOREPLACE, which musl does not bring */
#define PIDS 4194304L /* a PID is smaller: PID_MAX_LIMIT of Linux */
#define TRIES 100
#define OLD_S 3600 /* more than the slowest disk takes, and clocks differ */

/*
 * Whoever writes a temporary has it locked, so that it is no rest; he may have
 * been taken for dead before he got the lock. Some file systems have no locks.
 */
static bool
is_ours(int fd)
{
	struct stat status;

	return flock(fd, LOCK_EX | LOCK_NB) == 0
	    ? fstat(fd, &status) == 0 && status.st_nlink > 0
	    : errno != EWOULDBLOCK;
}

/* Create one in the name of this process, or a name that nobody has. */
static int
create_temporary(const char *path, char temporary[static PATH_MAX],
    mode_t permissions)
{
	long number = getpid();
	int fd, tries;

	for (tries = 0; tries < TRIES; tries++, number += PIDS) {
		if (snprintf(temporary, PATH_MAX, "%s.%ld.new", path, number) >=
		    PATH_MAX)
			return fail(FAIL_SYSTEM, "the path '%s' is too long",
			    path);
		fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    permissions);
		if (fd < 0 && errno != EEXIST)
			break;
		if (fd >= 0 && is_ours(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return fail_errno("cannot create '%s'", temporary);
}

static int
write_temporary(int fd, const char *path, const char *folder, struct span bytes)
{
	file_hand_over(fd, AT_FDCWD, folder);
	if (file_write(fd, bytes) != 0 || fsync(fd) != 0)
		return fail_errno("cannot write '%s'", path);
	return 0;
}

static bool
is_old(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_mtime < time(NULL) - OLD_S;
}

/* Unless somebody writes it now. */
static void
remove_rest(int folder, const char *name)
{
	int fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 ||
	    (errno != EWOULDBLOCK && is_old(fd)))
		unlinkat(folder, name, 0);
	close(fd);
}

/* Temporaries of this file that writers who died have left. */
static void
remove_rests(const char *folder, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path, *entry;
	size_t length = strlen(name);
	DIR *open_folder = opendir(folder);
	int result = 0;

	while (open_folder != NULL &&
	    (entry = file_next(open_folder, folder, &result)) != NULL)
		if (strncmp(entry, name, length) == 0 &&
		    file_is_temporary(entry + length))
			remove_rest(dirfd(open_folder), entry);
	if (open_folder != NULL)
		closedir(open_folder);
}

/* Give it a name that nobody has: also on FAT, which has no hard links. */
static int
name_new(const char *temporary, const char *path)
{
	int result = link(temporary, path);

	if (result != 0 &&
	    (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS))
		result = (int)syscall(SYS_renameat2, AT_FDCWD, temporary,
		    AT_FDCWD, path, NO_REPLACE);
	if (result == 0 || (errno != EINVAL && errno != ENOSYS))
		return result;
	if (access(path, F_OK) != 0)
		return rename(temporary, path);
	errno = EEXIST;
	return -1;
}

int
file_put(const char *path, struct span bytes, mode_t permissions,
    enum file_mode mode)
{
	char temporary[PATH_MAX], folder[PATH_MAX];
	int fd, result;

	file_folder(path, folder);
	remove_rests(folder, path);
	fd = create_temporary(path, temporary, permissions);
	if (fd < 0)
		return -1;
	result = write_temporary(fd, temporary, folder, bytes);
	if (result == 0) {
		result = mode == FILE_NEW ? name_new(temporary, path)
					  : rename(temporary, path);
		if (result != 0)
			fail_errno("cannot create '%s'", path);
	}
	if (result != 0 || mode == FILE_NEW)
		unlink(temporary);
	close(fd); /* fsync has told all that there is to tell */
	return result == 0 ? file_sync_folder(folder) : -1;
}
