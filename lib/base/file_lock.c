/* SPDX-License-Identifier: ISC */

/* Locks that are waited for. */

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/file.h"

#define NAP_NS 100000 /* between tries, longer each time ... */
#define NAPS 100      /* ... until it is so many times that */
#define WAIT_S 30
#define WAIT_FOLDER_S 10 /* who is served waits for 15 s */

static int
lock_within(int fd, int operation, const char *path, int seconds)
{
	const double end = clock_now() + seconds;
	struct timespec nap = {0};

	while (flock(fd, operation | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK)
			return fail_errno("cannot lock '%s'", path);
		if (clock_now() >= end) {
			fail(FAIL_SYSTEM,
			    "'%s' is locked by another program, for %d s now",
			    path, seconds);
			return fail_hint("lslocks(8) says by which; on a disk "
					 "of the network look there, too");
		}
		if (nap.tv_nsec < NAPS * NAP_NS)
			nap.tv_nsec += NAP_NS;
		nanosleep(&nap, NULL);
	}
	return 0;
}

int
file_lock(int fd, int operation, const char *path)
{
	return lock_within(fd, operation, path, WAIT_S);
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
	if (lock_within(fd, LOCK_EX, path, WAIT_FOLDER_S) == 0)
		return fd;
	close(fd);
	return -1;
}
