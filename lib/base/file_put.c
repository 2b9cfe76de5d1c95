/* SPDX-License-Identifier: ISC */

/* Files that appear whole or not at all. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
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
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd >= 0 ? fd : fail_errno("cannot create '%s'", temporary);
}

static int
write_temporary(int fd, const char *path, const char *folder, struct span bytes)
{
	int result = 0;

	file_hand_over(fd, AT_FDCWD, folder);
	if (file_write(fd, bytes) != 0 || fsync(fd) != 0)
		result = fail_errno("cannot write '%s'", path);
	if (close(fd) != 0 && result == 0)
		result = fail_errno("cannot close '%s'", path);
	return result;
}

static bool
is_old(int folder, const char *name)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    status.st_mtime < time(NULL) - OLD_S;
}

/*
 * Temporaries of this file that a writer who died has left. One who lives, be
 * it on another machine, has made his just now.
 */
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
		    file_is_temporary(entry + length) &&
		    is_old(dirfd(open_folder), entry))
			unlinkat(dirfd(open_folder), entry, 0);
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

	file_folder(path, folder, sizeof folder);
	remove_rests(folder, path);
	fd = create_temporary(path, temporary, permissions);
	if (fd < 0)
		return -1;
	if (write_temporary(fd, temporary, folder, bytes) != 0) {
		unlink(temporary);
		return -1;
	}
	if (mode == FILE_NEW)
		result = name_new(temporary, path);
	else
		result = rename(temporary, path);
	if (result != 0)
		fail_errno("cannot create '%s'", path);
	if (result != 0 || mode == FILE_NEW)
		unlink(temporary);
	return result == 0 ? file_sync_folder(folder) : -1;
}
