/* SPDX-License-Identifier: ISC */
/* Programs that we start: what they say and how they end. */
#include "base/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>

#include "scratch.h"

/* Start a program, perhaps with two arguments. */
static int
start(struct child *child, const char *name, const char *first,
    const char *second)
{
	const char *argv[] = {name, first, second, NULL};

	return child_start(child, (char *const *)(uintptr_t)argv);
}

static void
test_missing(void)
{
	struct child child;

	check_fails(start(&child, "/no/such/program", NULL, NULL), FAIL_SYSTEM,
	    "cannot run '/no/such/program': No such file or directory",
	    "a missing program");
	check_fails(start(&child, "no-such-program-here", NULL, NULL),
	    FAIL_SYSTEM,
	    "cannot run 'no-such-program-here': No such file or directory",
	    "a missing program of the PATH");
	check_fails(start(&child, "/tmp", NULL, NULL), FAIL_SYSTEM,
	    "cannot run '/tmp': Permission denied", "a folder");
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "a child is left");
}

static void
tick(int number)
{
	(void)number;
}

/* Signals, as of a timer, make no started program of one that is not there. */
static void
test_interrupted(void)
{
	const struct sigaction action = {.sa_handler = tick};
	const struct itimerval often = {{0, 500}, {0, 500}}, never = {0};
	struct child child;
	int i;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (i = 0; i < 200; i++)
		check_fails(start(&child, "/no/such/program", NULL, NULL),
		    FAIL_SYSTEM, "cannot run", "a missing program");
	setitimer(ITIMER_REAL, &never, NULL);
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "a child is left");
}

/* What the shell's `script` prints, and how it must end. */
static void
test_script(const char *script, const char *output, const char *end)
{
	struct child child;
	char got[256] = "";
	int result;

	must(start(&child, "sh", "-c", script) == 0, script);
	check(file_fill(child.out, got, sizeof got - 1) >= 0 &&
		strcmp(got, output) == 0,
	    "'%s' prints '%s'", script, got);
	result = child_wait(&child);
	if (end == NULL)
		check(result == 0, "'%s': %s", script, fail_last()->text);
	else
		check_fails(result, FAIL_SYSTEM, end, script);
}

/* Who does not end by itself is ended, even if it does not listen. */
static void
test_end(void)
{
	struct child child;

	must(start(&child, "true", NULL, NULL) == 0, "start");
	check(child_end(&child) == 0, "true: %s", fail_last()->text);
	must(start(&child, "sleep", "1000", NULL) == 0, "start");
	check_fails(child_end(&child), FAIL_SYSTEM, "killed by signal 15",
	    "one that hangs");
	must(start(&child, "sleep", "1000", NULL) == 0, "start");
	must(kill(child.pid, SIGSTOP) == 0, "stop");
	check_fails(child_end(&child), FAIL_SYSTEM, "killed by signal 9",
	    "one that is stopped");
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "a child is left");
}

/* A reader that leaves ends the writer; nobody inherits our end of a pipe. */
static void
test_pipes(void)
{
	char inode[32], list[4096] = "";
	struct child yes, ls;
	struct stat status;

	signal(SIGPIPE, SIG_IGN);
	must(start(&yes, "yes", NULL, NULL) == 0, "yes");
	must(start(&ls, "ls", "-l", "/proc/self/fd") == 0, "ls");
	must(fstat(yes.out, &status) == 0 &&
		file_fill(ls.out, list, sizeof list - 1) > 0,
	    "the list");
	snprintf(inode, sizeof inode, "pipe:[%lu]",
	    (unsigned long)status.st_ino);
	check(strstr(list, inode) == NULL, "a pipe is inherited: %s", list);
	check(child_wait(&ls) == 0, "ls: %s", fail_last()->text);
	check_fails(child_wait(&yes), FAIL_SYSTEM,
	    "'yes' was killed by signal 13", "nobody reads");
}

int
main(void)
{
	struct child child;

	close(STDIN_FILENO);
	must(open("/dev/null", O_RDONLY) == STDIN_FILENO, "stdin");
	test_missing();
	test_interrupted();
	test_end();
	test_script("exit 0", "", NULL);
	test_script("echo one; echo two", "one\ntwo\n", NULL);
	test_script("echo one; exit 7", "one\n", "'sh' exited with status 7");
	test_script("exit 255", "", "'sh' exited with status 255");
	test_script("echo one; kill -9 $$", "one\n",
	    "'sh' was killed by signal 9 (Killed)");
	test_script("kill -TERM $$", "", "'sh' was killed by signal 15");
	test_script("cat", "", NULL);
	signal(SIGXFSZ, SIG_IGN); /* as the tools do */
	test_script("kill -XFSZ $$", "", "'sh' was killed by signal 25");
	test_pipes();
	must(start(&child, "true", NULL, NULL) == 0, "true");
	check(child_wait(&child) == 0, "true: %s", fail_last()->text);
	child.out = -1;
	check_fails(child_wait(&child), FAIL_SYSTEM,
	    "cannot wait for 'true': No child", "waiting twice");
	return failures != 0;
}
