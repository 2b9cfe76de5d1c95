/* SPDX-License-Identifier: ISC */

/* Locks that are waited for. */

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

#define LOCK_TRIES 3000	  /* half a minute in all, ... */
#define LOCK_PAUSE 100000 /* ... with pauses of 0.1 to 10 ms, in ns */

int
file_lock(int fd, int operation, const char *path)
{
	struct timespec pause = {0};
	long tries;

	for (tries = 1; flock(fd, operation | LOCK_NB) != 0; tries++) {
		if (errno != EWOULDBLOCK)
			return fail_errno("cannot lock '%s'", path);
		if (tries == LOCK_TRIES) {
			fail(FAIL_SYSTEM, "'%s' is locked by another program",
			    path);
			return fail_hint("lslocks(8) says by which; on a disk "
					 "of the network look there, too");
		}
		pause.tv_nsec = LOCK_PAUSE * (tries < 100 ? tries : 100);
		nanosleep(&pause, NULL);
	}
	return 0;
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
	if (flock(fd, LOCK_EX) == 0)
		return fd;
	fail_errno("cannot lock folder '%s'", path);
	close(fd);
	return -1;
}
