/* SPDX-License-Identifier: ISC */
#include "serve/daemon.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/event.h"
#include "base/fail.h"
#include "serve/chores.h"
#include "serve/herald.h"
#include "serve/listed.h"
#include "serve/noted.h"
#include "serve/seats.h"
#include "serve/servant.h"
#include "serve/signals.h"
#include "store/store.h"
#include "xfer/counts.h"

#define FAREWELL_S 30 /* for what is under way at the end */

/* The parent's view of itself. */
struct parent {
	struct daemon *daemon;
	int signals;
	struct seats *seats; /* of the children */
	pid_t herald;	     /* 0: none */
	struct chores chores;
	bool ending;
};

int
daemon_serve_one(struct daemon *daemon)
{
	int result;

	daemon->lines = lines_open();
	if (daemon->lines == NULL)
		return -1;
	result =
	    servant_run(daemon, NULL, STDIN_FILENO, STDOUT_FILENO, "stdin");
	noted_sum_up(daemon->lines, &daemon->roster, event_clock(), true);
	return result;
}

/* What is faulty leaves the old roster in force, see serve/servant.h. */
static int
read_roster(struct daemon *daemon)
{
	struct roster roster;

	if (roster_load(daemon->roster_path, &roster) != 0) {
		event_trouble("roster", NULL);
		roster_forget_gone(&daemon->roster, daemon->roster_path);
		listed_set(daemon->listed, &daemon->roster);
		return -1;
	}
	roster_release(&daemon->roster);
	daemon->roster = roster;
	listed_set(daemon->listed, &daemon->roster);
	return 0;
}

static void
start_child(struct parent *parent, int fd, const char *from)
{
	struct daemon *daemon = parent->daemon;
	struct seat *seat = seats_find(parent->seats, event_clock());
	pid_t pid = fork();

	if (pid < 0) {
		fail_errno("cannot fork");
		event_trouble("fork", from);
	}
	if (pid == 0) {
		listeners_close(&daemon->listeners);
		close(parent->signals);
		_exit(servant_run(daemon, seat, fd, fd, from) == 0 ? 0 : 1);
	}
	if (pid > 0)
		seats_take(parent->seats, seat, pid);
	close(fd);
}

static void
accept_one(struct parent *parent, int listener)
{
	char from[ADDRESS_TEXT];
	int fd = listeners_accept(listener, from);

	if (fd < 0)
		return;
	if (watch_changed(&parent->daemon->watch))
		read_roster(parent->daemon);
	start_child(parent, fd, from);
}

/*
 * Whoever did not end by itself may have left something behind, but not one of
 * the chores that was told to.
 */
static void
bury_children(struct parent *parent)
{
	bool died;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		seats_leave(parent->seats, pid);
		if (parent->herald == pid)
			parent->herald = 0;
		died = WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM;
		chores_leave(&parent->chores, pid, died);
		if (!died)
			continue;
		fail(FAIL_SYSTEM, "killed by signal %d", WTERMSIG(status));
		event_trouble("died", NULL);
	}
	if (seats_taken(parent->seats) == 0)
		counts_idle(parent->daemon->counts);
}

static void
tell_children(const struct parent *parent, int signal)
{
	seats_signal(parent->seats, signal);
	if (parent->herald > 0)
		kill(parent->herald, signal);
	if (signal != SIGHUP)
		chores_signal(&parent->chores, signal);
}

static void
reread_roster(struct parent *parent)
{
	watch_changed(&parent->daemon->watch);
	if (read_roster(parent->daemon) != 0)
		return;
	tell_children(parent, SIGHUP);
	event_write(&(struct event){.level = LOG_NOTE,
	    .name = "roster",
	    .outcome = "ok"});
}

static void
take_signals(struct parent *parent)
{
	struct signalfd_siginfo info;

	while (read(parent->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGCHLD)
			bury_children(parent);
		else if (info.ssi_signo == SIGHUP)
			reread_roster(parent);
		else
			parent->ending = true;
	}
}

/* Wait for a signal, or for a connection while there can be room for one. */
static void
wait_for_work(struct parent *parent)
{
	const struct listeners *listeners = &parent->daemon->listeners;
	struct pollfd poll_for[LISTENERS_MOST + 1];
	int patience = seats_patience(parent->seats, event_clock());
	int wait_ms = chores_wait_ms(&parent->chores);
	size_t i, count = 1;

	poll_for[0] = (struct pollfd){parent->signals, POLLIN, 0};
	if (patience > 0 && wait_ms > patience)
		wait_ms = patience;
	if (patience == 0)
		for (i = 0; i < listeners->count; i++)
			poll_for[count++] =
			    (struct pollfd){listeners->fd[i], POLLIN, 0};
	if (poll(poll_for, count, wait_ms) < 0)
		return;
	take_signals(parent);
	if (!parent->ending)
		chores_do(&parent->chores, seats_taken(parent->seats));
	for (i = 1; i < count && !parent->ending; i++)
		if (poll_for[i].revents != 0 &&
		    seats_yield(parent->seats, event_clock()))
			accept_one(parent, poll_for[i].fd);
}

/* Let what is under way end; then end it. */
static void
say_farewell(struct parent *parent)
{
	struct pollfd poll_for = {parent->signals, POLLIN, 0};
	uint64_t until = event_clock() + FAREWELL_S * 1000;

	tell_children(parent, SIGTERM);
	while ((seats_taken(parent->seats) > 0 || parent->herald > 0 ||
		   chores_running(&parent->chores)) &&
	    event_clock() < until) {
		poll(&poll_for, 1, 1000);
		take_signals(parent);
		bury_children(parent);
	}
	tell_children(parent, SIGKILL);
}

struct store *
daemon_open_store(const struct daemon *daemon)
{
	struct store *store = store_open(daemon->store_path,
	    daemon->has_store ? STORE_AGAIN : STORE_WRITE);

	if (store == NULL || daemon->engine == NULL ||
	    store_use_engine(store, daemon->engine) == 0)
		return store;
	store_close(store);
	return NULL;
}

int
daemon_run(struct daemon *daemon)
{
	struct parent parent = {.daemon = daemon, .chores.daemon = daemon};

	parent.herald = herald_start(daemon);
	if (parent.herald < 0)
		return -1;
	daemon->listed = listed_open();
	daemon->counts = counts_open();
	daemon->lines = lines_open();
	parent.seats = seats_open(daemon->most);
	parent.signals = signals_open();
	if (daemon->listed == NULL || daemon->counts == NULL ||
	    daemon->lines == NULL || parent.seats == NULL ||
	    parent.signals < 0 || chores_begin(&parent.chores) != 0) {
		store_close(parent.chores.store);
		return -1;
	}
	daemon->has_store = true;
	listed_set(daemon->listed, &daemon->roster);
	event_write(&(
	    struct event){.level = LOG_NOTE, .name = "start", .outcome = "ok"});
	chores_do(&parent.chores, 0);
	while (!parent.ending)
		wait_for_work(&parent);
	say_farewell(&parent);
	noted_sum_up(daemon->lines, &daemon->roster, event_clock(), true);
	if (chores_write_metrics(&parent.chores, seats_taken(parent.seats)) !=
	    0)
		event_trouble("metrics", NULL);
	store_close(parent.chores.store);
	event_write(
	    &(struct event){.level = LOG_NOTE, .name = "end", .outcome = "ok"});
	return 0;
}
