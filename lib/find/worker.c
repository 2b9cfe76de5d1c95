/* SPDX-License-Identifier: ISC */
#include "find/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "find/ask.h"
#include "net/deadline.h"

#define EXIT_MS 200

int
worker_hold_signals(sigset_t *before)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct sigaction action;
	sigset_t held;
	size_t i;
	int fd;

	sigemptyset(&held);
	for (i = 0; i < sizeof ending / sizeof *ending; i++)
		if (sigaction(ending[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			sigaddset(&held, ending[i]);
	fd = signalfd(-1, &held, SFD_CLOEXEC);
	if (fd < 0)
		return fail_errno("cannot wait for signals");
	sigprocmask(SIG_BLOCK, &held, before);
	return fd;
}

void
worker_let_signals(int held, const sigset_t *before)
{
	close(held);
	sigprocmask(SIG_SETMASK, before, NULL);
}

static void
run_command(const struct source *source, int out, const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", source->command, (char *)NULL);
	_exit(127);
}

static void
end_group(int number)
{
	(void)number;
	kill(0, SIGKILL);
}

/*
 * Wait for a command, as the leader of its group, so that there is somebody to
 * end what it has started when we are killed.
 */
static void
guard(const struct source *source, int out, const sigset_t *before,
    pid_t parent)
{
	struct sigaction action = {.sa_handler = end_group};
	pid_t child = fork();
	int status = 0;
	sigset_t set;

	if (child == 0)
		run_command(source, out, before);
	close(out);
	close(STDOUT_FILENO);
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	if (child < 0 || getppid() != parent)
		end_group(0);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* In the child, which ends with us and can be ended with all it starts. */
static void
become(const struct source *source, int out, const sigset_t *before,
    pid_t parent)
{
	setpgid(0, 0);
	if (source->command != NULL)
		guard(source, out, before, parent);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, before, NULL);
	if (source->run(source, out) == 0)
		_exit(0);
	log_line(LOG_WARN, "%s: %s", source->name, fail_last()->text);
	_exit(FAIL_SYSTEM);
}

int
worker_start(struct worker *worker, const struct source *source,
    const sigset_t *before)
{
	pid_t self = getpid();
	int end[2];

	if (pipe2(end, O_CLOEXEC) != 0)
		return fail_errno("cannot make a pipe");
	worker->pid = fork();
	if (worker->pid == 0)
		become(source, end[1], before, self);
	close(end[1]);
	if (worker->pid < 0) {
		*worker = (struct worker){.out = -1};
		close(end[0]);
		return fail_errno("cannot fork");
	}
	setpgid(worker->pid, worker->pid);
	worker->out = end[0];
	return 0;
}

/* Whether it exits in time; it is not waited for yet. */
static bool
exits(const struct worker *worker)
{
	int64_t deadline = deadline_in(EXIT_MS);
	siginfo_t info = {.si_pid = 0};

	while (waitid(P_PID, (id_t)worker->pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == 0 && deadline_left(deadline) > 0)
		poll(NULL, 0, 1);
	return info.si_pid != 0;
}

/* Those of a group that were killed and have become our children. */
static void
reap_group(pid_t group)
{
	int64_t deadline = deadline_in(EXIT_MS);
	pid_t pid;

	while ((pid = waitpid(-group, NULL, WNOHANG)) >= 0 &&
	    deadline_left(deadline) > 0)
		if (pid == 0)
			poll(NULL, 0, 1);
}

/* Its group lasts until it was waited for, so no other gets this signal. */
int
worker_end(struct worker *worker, bool killed)
{
	int status = 0;

	close(worker->out);
	killed = killed || !exits(worker);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	kill(-worker->pid, SIGKILL);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	reap_group(worker->pid);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	*worker = (struct worker){.out = -1};
	return killed ? -1 : status;
}
