/* SPDX-License-Identifier: ISC */
#include "serve/chore.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/event.h"
#include "base/fail.h"
#include "serve/daemon.h"
#include "store/store.h"

#define REST_MS 3600000 /* at most */

static void
fill_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

/* The daemon has blocked them already; those of an engine's end stay so. */
static int
open_signals(void)
{
	sigset_t set;
	int fd;

	fill_set(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd >= 0 ? fd : fail_errno("cannot watch signals");
}

static int
confine(const struct daemon *daemon, pid_t parent)
{
	const char *const readable[] = {NULL};
	const char *const writable[] = {daemon->store_path, NULL};

	secret_wipe(daemon->scalar, sizeof *daemon->scalar);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		return fail(FAIL_SYSTEM, "the daemon has ended");
	if (daemon->engine != NULL)
		return 0; /* its command may need anything */
	return confine_files(readable, writable) < 0 ? -1 : 0;
}

static int
run(const struct daemon *daemon, const char *name,
    int (*work)(struct chore *chore), pid_t parent)
{
	struct chore chore = {.daemon = daemon, .signals = open_signals()};
	int result = -1;

	listeners_close(&daemon->listeners);
	if (chore.signals >= 0)
		chore.store = daemon_open_store(daemon);
	if (chore.store != NULL && confine(daemon, parent) == 0)
		result = work(&chore);
	if (result != 0)
		event_trouble(name, NULL);
	store_close(chore.store);
	return result;
}

pid_t
chore_start(const struct daemon *daemon, const char *name,
    int (*work)(struct chore *chore))
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		_exit(run(daemon, name, work, parent) == 0 ? 0 : 1);
	if (pid > 0)
		return pid;
	fail_errno("cannot fork");
	event_trouble(name, NULL);
	return 0;
}

bool
chore_rest(const struct chore *chore, uint64_t ms)
{
	struct pollfd poll_for = {chore->signals, POLLIN, 0};

	return poll(&poll_for, 1, (int)(ms < REST_MS ? ms : REST_MS)) <= 0;
}

void
chore_may_die(void)
{
	sigset_t set;

	fill_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
