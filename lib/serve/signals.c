/* SPDX-License-Identifier: ISC */
#include "serve/signals.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fail.h"

static const int heard[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};

#define ALL (sizeof heard / sizeof *heard)
#define ENDING 2 /* the first two */

static sigset_t
set_of(size_t count)
{
	sigset_t set;

	sigemptyset(&set);
	while (count > 0)
		sigaddset(&set, heard[--count]);
	return set;
}

static int
open_first(size_t count)
{
	sigset_t all = set_of(ALL), set = set_of(count);
	int fd;

	sigprocmask(SIG_BLOCK, &all, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd >= 0 ? fd : fail_errno("cannot watch signals");
}

int
signals_open(void)
{
	return open_first(ALL);
}

int
signals_open_child(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		return fail(FAIL_SYSTEM, "the daemon has ended");
	return open_first(ENDING);
}

void
signals_unblock(void)
{
	sigset_t set = set_of(ENDING);

	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
