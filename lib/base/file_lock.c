/* SPDX-License-Identifier: ISC */

/* Locks that are waited for. */

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

#define PAUSE 100000	  /* of 0.1 to 10 ms between tries, in ns: ... */
#define TRIES 3000	  /* ... half a minute */
#define TRIES_FOLDER 1000 /* ... 10 s: who is served waits for 15 s */

static int
lock_within(int fd, int operation, const char *path, long most)
{
	struct timespec pause = {0};
	long tries;

	for (tries = 1; flock(fd, operation | LOCK_NB) != 0; tries++) {
		if (errno != EWOULDBLOCK)
			return fail_errno("cannot lock '%s'", path);
		if (tries == most) {
			fail(FAIL_SYSTEM,
			    "'%s' is locked by another program, for %ld s now",
			    path, most / 100);
			return fail_hint("lslocks(8) says by which; on a disk "
					 "of the network look there, too");
		}
		pause.tv_nsec = PAUSE * (tries < 100 ? tries : 100);
		nanosleep(&pause, NULL);
	}
	return 0;
}

int
file_lock(int fd, int operation, const char *path)
{
	return lock_within(fd, operation, path, TRIES);
}

int
file_lock_folder(const char *path)
{
	int fd;

	if (file_make_folder(path, 0700) != 0)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno("cannot open folder '%s'", path);
	if (lock_within(fd, LOCK_EX, path, TRIES_FOLDER) == 0)
		return fd;
	close(fd);
	return -1;
}
