/* SPDX-License-Identifier: ISC */
#include "serve/chore.h"

#include <poll.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/event.h"
#include "base/fail.h"
#include "serve/daemon.h"
#include "serve/signals.h"
#include "store/store.h"

#define REST_MS 3600000 /* at most */

static int
confine(const struct daemon *daemon)
{
	const char *const readable[] = {NULL};
	const char *const writable[] = {daemon->store_path, NULL};

	secret_wipe(daemon->scalar, sizeof *daemon->scalar);
	if (daemon->engine != NULL)
		return 0; /* its command may need anything */
	return confine_files(readable, writable) < 0 ? -1 : 0;
}

static int
run(const struct daemon *daemon, const char *name,
    int (*work)(struct chore *chore), pid_t parent)
{
	struct chore chore = {.daemon = daemon,
	    .signals = signals_open_child(parent)};
	int result = -1;

	listeners_close(&daemon->listeners);
	if (chore.signals >= 0)
		chore.store = daemon_open_store(daemon);
	if (chore.store != NULL && confine(daemon) == 0)
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
