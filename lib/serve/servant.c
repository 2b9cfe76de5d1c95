/* SPDX-License-Identifier: ISC */
#include "serve/servant.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/event.h"
#include "base/fail.h"
#include "serve/daemon.h"
#include "serve/listed.h"
#include "serve/seats.h"
#include "serve/serve.h"
#include "serve/signals.h"
#include "store/store.h"
#include "xfer/pair.h"

#define HANDSHAKE_MS 10000
#define IDLE_MS 120000

struct servant {
	struct daemon *daemon;
	struct watch watch;
	struct seat *seat; /* NULL: there is no daemon */
	int signals;
	bool ending;
	bool complained; /* about the roster */
};

static void
complain(struct servant *servant)
{
	if (!servant->complained)
		event_trouble("roster", NULL);
	servant->complained = true;
}

/* What is left of the roster that was read last. */
static bool
was_listed(struct servant *servant, const struct digest *id)
{
	const struct daemon *daemon = servant->daemon;
	const struct peer *peer = roster_find(&daemon->roster, id);

	complain(servant);
	if (fail_last()->kind == FAIL_SYSTEM && daemon->listed == NULL)
		return false;
	return peer != NULL && !roster_is_gone(daemon->roster_path, peer);
}

/* Whether the roster as it is on the disk now still has the peer. */
static bool
is_listed(struct servant *servant, const struct digest *id)
{
	struct roster roster;
	bool listed;

	if (roster_load(servant->daemon->roster_path, &roster) != 0)
		return was_listed(servant, id);
	listed = roster_find(&roster, id) != NULL;
	roster_release(&roster);
	return listed;
}

static bool
go_on(void *context, const struct digest *peer, bool answered)
{
	struct servant *servant = context;
	struct signalfd_siginfo info;
	bool reread = false;

	while (read(servant->signals, &info, sizeof info) == sizeof info) {
		reread |= info.ssi_signo == SIGHUP;
		servant->ending |= info.ssi_signo == SIGTERM ||
		    info.ssi_signo == SIGINT;
	}
	if (seats_is_over(servant->seat))
		return false;
	if (servant->ending && !answered)
		return false;
	if (peer == NULL)
		return true;
	if (servant->daemon->listed != NULL &&
	    !listed_has(servant->daemon->listed, peer))
		return false;
	reread |= watch_changed(&servant->watch);
	return !reread || is_listed(servant, peer);
}

static int
confine(const struct daemon *daemon)
{
	char folder[FILE_PATH];
	const char *const readable[] = {daemon->roster_path,
	    daemon->addresses_path, NULL};
	const char *const writable[] = {folder, daemon->invites_path,
	    daemon->store_path, NULL};

	if (daemon->engine != NULL)
		return 0; /* its command may need anything */
	if (roster_folder(daemon->roster_path, folder) != 0)
		return -1;
	return confine_files(readable, writable) < 0 ? -1 : 0;
}

static int
serve(struct servant *servant, struct store *store, int in, int out,
    const char *from)
{
	struct daemon *daemon = servant->daemon;
	struct pair_files files = {daemon->roster_path, daemon->invites_path};
	struct serve serve = {
	    .store = store,
	    .store_path = daemon->store_path,
	    .roster = &daemon->roster,
	    .scalar = daemon->scalar,
	    .pairing = &files,
	    .counts = daemon->counts,
	    .lines = daemon->lines,
	    .seat = servant->seat,
	    .handshake_ms = HANDSHAKE_MS,
	    .idle_ms = IDLE_MS,
	    .keep_dropped = daemon->keep_dropped,
	    .no_drop = daemon->no_drop,
	    .budget = daemon->budget,
	    .known = {daemon->addresses_path, daemon->asked},
	    .wake = servant->signals,
	    .go_on = go_on,
	    .context = servant,
	};

	fcntl(in, F_SETFL, O_NONBLOCK);
	fcntl(out, F_SETFL, O_NONBLOCK);
	return serve_connection(&serve, in, out, from);
}

/* Before there is a session that could tell. */
static int
refuse(const char *from)
{
	event_trouble("connect", from);
	return -1;
}

static bool
may_purge(void *context)
{
	return go_on(context, NULL, false);
}

/*
 * Where there is no daemon that does: when the session is over and its wire
 * closed, so that nobody waits for it.
 */
static void
purge(struct servant *servant, struct store *store, int nobody, int in, int out)
{
	if (store == NULL || dup2(nobody, in) < 0 || dup2(nobody, out) < 0)
		return;
	if (store_purge(store, (uint64_t)time(NULL), may_purge, servant) != 0)
		event_trouble("purge", NULL);
}

int
servant_run(struct daemon *daemon, struct seat *seat, int in, int out,
    const char *from)
{
	struct servant servant = {.daemon = daemon,
	    .watch = daemon->watch,
	    .seat = seat};
	struct store *store = daemon_open_store(daemon);
	int nobody = seat != NULL ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
	int result;

	if (store == NULL && !daemon->has_store)
		return refuse(from);
	servant.signals = signals_open();
	if (servant.signals >= 0 && confine(daemon) == 0) {
		result = serve(&servant, store, in, out, from);
		if (seat == NULL)
			purge(&servant, store, nobody, in, out);
	} else {
		result = refuse(from);
	}
	store_close(store);
	if (servant.signals >= 0)
		close(servant.signals);
	return result;
}
