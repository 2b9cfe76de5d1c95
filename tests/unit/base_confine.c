/* SPDX-License-Identifier: ISC */
/* What a confined process can still open: the lists, and nothing else. */
#include "base/confine.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "scratch.h"

#define NO_LANDLOCK 77
#define CREATE_RULESET 444
#define ASK_VERSION 1

static bool
can(const char *name, int how)
{
	int fd = open(scratch(name), how | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Without an open that could refuse it: Landlock knows that from version 3. */
static void
test_truncate(void)
{
	int fd;

	if (syscall(CREATE_RULESET, NULL, 0, ASK_VERSION) < 3)
		return;
	fd = open(scratch("peers.d/a"), O_WRONLY | O_CLOEXEC);
	check(truncate(scratch("secret"), 0) != 0, "empties the secret");
	check(truncate(scratch("peers"), 0) != 0, "empties a readable file");
	check(truncate(scratch("peers.d/a"), 3) == 0 && ftruncate(fd, 1) == 0 &&
		can("peers.d/a", O_WRONLY | O_TRUNC),
	    "cannot cut a file in a folder");
	close(fd);
}

static void
try_all(void)
{
	check(!can("secret", O_RDONLY), "reads the secret");
	check(can("peers", O_RDONLY), "cannot read a readable file");
	check(!can("peers", O_WRONLY), "writes to a readable file");
	check(can("peers.d/a", O_RDONLY), "cannot read in a folder");
	check(can("peers.d/a", O_WRONLY), "cannot write in a folder");
	check(can("peers.d/new", O_WRONLY | O_CREAT), "cannot create");
	test_truncate();
	check(rename(scratch("peers.d/new"), scratch("peers.d/b")) == 0,
	    "cannot rename");
	check(unlink(scratch("peers.d/b")) == 0, "cannot remove");
	check(!can("other", O_WRONLY | O_CREAT), "creates elsewhere");
	check(link(scratch("secret"), scratch("peers.d/s")) != 0,
	    "links the secret to where it can be read");
	check(rename(scratch("secret"), scratch("peers.d/s")) != 0,
	    "moves the secret to where it can be read");
	check(file_put(scratch("peers.d/c"), span_of("c", 1), 0600,
		  FILE_REPLACE) == 0 &&
		file_put(scratch("peers.d/d"), span_of("d", 1), 0600,
		    FILE_NEW) == 0,
	    "cannot put a file: %s", fail_last()->text);
	check(file_lock_folder(scratch("peers.d")) >= 0, "cannot lock: %s",
	    fail_last()->text);
}

/* In a child: nobody else here wants to be confined. */
static int
confined(void)
{
	const char *const readable[] = {scratch("peers"), scratch("none"),
	    NULL};
	const char *const writable[] = {scratch("peers.d"), NULL};
	int result;

	must(confine_privileges() == 0, "privileges");
	result = confine_files(readable, writable);
	if (result == 0)
		return NO_LANDLOCK;
	must(result == 1, "confine");
	try_all();
	return failures != 0;
}

int
main(void)
{
	int status;
	pid_t child;

	scratch_write(scratch("secret"), span_of_text("s"), 0600);
	scratch_write(scratch("peers"), span_of_text("p"), 0600);
	must(mkdir(scratch("peers.d"), 0700) == 0, "a folder");
	scratch_write(scratch("peers.d/a"), span_of_text("a"), 0600);
	child = fork();
	if (child == 0) {
		status = confined();
		fflush(stdout);
		_exit(status);
	}
	must(waitpid(child, &status, 0) == child && WIFEXITED(status),
	    "the child");
	return WEXITSTATUS(status);
}
