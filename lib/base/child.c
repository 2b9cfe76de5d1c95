/* SPDX-License-Identifier: ISC */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"

#define STEP_MS 5    /* between looks whether it has ended */
#define TERM_MS 3000 /* for a child to end by itself ... */
#define KILL_MS 4000 /* ... and when it is asked to */

/* In the child: become the program, or tell `report` why not. */
static void
become(char *const argv[], int in, int out, int report)
{
	int error;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if ((in < 0 || dup2(in, STDIN_FILENO) >= 0) &&
	    dup2(out, STDOUT_FILENO) >= 0)
		execvp(argv[0], argv);
	error = errno;
	if (write(report, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

/* What `report` says: 0 when it was closed by a successful exec. */
static int
read_report(int report, const char *name)
{
	int error = 0;
	ssize_t got = file_fill(report, &error, sizeof error);

	if (got < (ssize_t)sizeof error)
		return got < 0 ? -1 : 0;
	errno = error;
	return fail_errno("cannot run '%s'", name);
}

static pid_t
wait_for(const struct child *child, int *status)
{
	pid_t ended;

	do
		ended = waitpid(child->pid, status, 0);
	while (ended < 0 && errno == EINTR);
	return ended;
}

/* Fork with `theirs` as its stdout, and as its stdin if `duplex`. */
static int
start(struct child *child, char *const argv[], int theirs, bool duplex)
{
	int report[2], result;

	child->name = argv[0];
	child->asked = false;
	if (pipe2(report, O_CLOEXEC) != 0)
		return fail_errno("cannot make a pipe");
	child->pid = fork();
	if (child->pid == 0)
		become(argv, duplex ? theirs : -1, theirs, report[1]);
	close(report[1]);
	result = child->pid < 0 ? fail_errno("cannot fork")
				: read_report(report[0], argv[0]);
	close(report[0]);
	if (result != 0 && child->pid > 0)
		wait_for(child, NULL);
	return result;
}

static int
start_connected(struct child *child, char *const argv[], const int end[2],
    bool duplex)
{
	int result = start(child, argv, end[1], duplex);

	close(end[1]);
	child->out = end[0];
	if (result != 0)
		close(end[0]);
	return result;
}

int
child_start(struct child *child, char *const argv[])
{
	int end[2];

	if (pipe2(end, O_CLOEXEC) != 0)
		return fail_errno("cannot make a pipe");
	return start_connected(child, argv, end, false);
}

int
child_start_duplex(struct child *child, char *const argv[])
{
	int end[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0)
		return fail_errno("cannot make a socket pair");
	return start_connected(child, argv, end, true);
}

/* Its exit status, from what waitpid(2) says. */
static int
status_of(const struct child *child, pid_t ended, int status)
{
	if (ended < 0)
		return fail_errno("cannot wait for '%s'", child->name);
	if (WIFSIGNALED(status))
		return fail(FAIL_SYSTEM, "'%s' was killed by signal %d (%s)",
		    child->name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status);
}

/* Any status but 0 is a failure. */
static int
judge(const struct child *child, int status)
{
	if (status > 0)
		return fail(FAIL_SYSTEM, "'%s' exited with status %d",
		    child->name, status);
	return status;
}

int
child_status(struct child *child)
{
	int status;
	pid_t ended;

	close(child->out);
	ended = wait_for(child, &status);
	return status_of(child, ended, status);
}

int
child_wait(struct child *child)
{
	return judge(child, child_status(child));
}

int
child_end(struct child *child)
{
	const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
	int status, tries;
	pid_t ended = 0;

	close(child->out);
	for (tries = 0; ended == 0 && tries < KILL_MS / STEP_MS; tries++) {
		ended = waitpid(child->pid, &status, WNOHANG);
		if (ended == 0)
			nanosleep(&step, NULL);
		if (ended == 0 && tries == TERM_MS / STEP_MS) {
			child->asked = true;
			kill(child->pid, SIGTERM);
		}
	}
	if (ended == 0) {
		kill(child->pid, SIGKILL);
		ended = wait_for(child, &status);
	}
	return judge(child, status_of(child, ended, status));
}
