/* SPDX-License-Identifier: ISC */
/*
 * How many lines strangers get in the log, and how many more are told to have
 * been there, at times that the test makes up.
 */
#include "serve/refusals.h"

#include <sys/wait.h>

#include "base/event.h"
#include "base/log.h"
#include "scratch.h"

#define MINUTE 60000
#define BEGIN (1000 * MINUTE)

static int log_fd; /* a file in memory that is our stderr */

/* What was logged since the last time is one line with that, or nothing. */
static void
logged(const char *words, const char *what)
{
	struct buf bytes = memory_read(log_fd);

	bytes.data[bytes.size] = '\0';
	if (words == NULL)
		check(bytes.size == 0, "%s: says '%s'", what, bytes.data);
	else
		check(strstr((char *)bytes.data, words) != NULL &&
			strchr((char *)bytes.data, '\n') ==
			    (char *)bytes.data + bytes.size - 1,
		    "%s: says '%s', not '%s'", what, bytes.data, words);
	buf_release(&bytes);
	must(ftruncate(log_fd, 0) == 0 && lseek(log_fd, 0, SEEK_SET) == 0,
	    "a new log");
}

/* Of so many strangers at that time, so many get a line. */
static void
tells(struct refusals *refusals, int strangers, uint64_t now, int lines)
{
	int i, told = 0;

	for (i = 0; i < strangers; i++)
		told += refusals_tell(refusals, now);
	check(told == lines, "at %d: %d lines, not %d", (int)now, told, lines);
}

static struct refusals *
open_new(void)
{
	struct refusals *refusals = refusals_open();

	must(refusals != NULL, "refusals");
	refusals_sum_up(refusals, BEGIN, false);
	logged(NULL, "nobody was there");
	return refusals;
}

static void
test_none(void)
{
	tells(NULL, 2 * REFUSALS_A_MINUTE, BEGIN, 2 * REFUSALS_A_MINUTE);
}

static void
test_minutes(void)
{
	struct refusals *refusals = open_new();

	tells(refusals, REFUSALS_A_MINUTE, BEGIN, REFUSALS_A_MINUTE);
	tells(refusals, 1, BEGIN + MINUTE - 1, 0);
	tells(refusals, 100, BEGIN + MINUTE, REFUSALS_A_MINUTE);
	tells(refusals, 1, BEGIN + 9 * MINUTE, 1);
}

static void
test_sums(void)
{
	struct refusals *refusals = open_new();

	tells(refusals, REFUSALS_A_MINUTE, BEGIN, REFUSALS_A_MINUTE);
	refusals_sum_up(refusals, BEGIN + MINUTE, false);
	logged(NULL, "all had a line");
	tells(refusals, 100, BEGIN + MINUTE, REFUSALS_A_MINUTE);
	refusals_sum_up(refusals, BEGIN + 2 * MINUTE - 1, false);
	logged(NULL, "the minute is not over");
	tells(refusals, 5, BEGIN + 2 * MINUTE - 1, 0);
	refusals_sum_up(refusals, BEGIN + 2 * MINUTE, false);
	logged("level=warn event=connect outcome=\"45 more like it\"",
	    "a minute is over");
	refusals_sum_up(refusals, BEGIN + 3 * MINUTE, false);
	logged(NULL, "nobody came since");
	tells(refusals, 61, BEGIN + 3 * MINUTE, 60);
	refusals_sum_up(refusals, BEGIN + 3 * MINUTE + 1, true);
	logged("outcome=\"1 more like it\"", "the end does not wait");
}

/* Each connection has a process of its own; all have one count. */
static void
test_processes(void)
{
	struct refusals *refusals = open_new();
	int i, status;
	pid_t child;

	for (i = 0; i < 3; i++) {
		child = fork();
		must(child >= 0, "a process");
		if (child == 0) {
			failures = 0;
			tells(refusals, 40, BEGIN,
			    i == 0	 ? 40
				: i == 1 ? 20
					 : 0);
			_exit(failures != 0);
		}
		must(waitpid(child, &status, 0) == child, "its end");
		check(status == 0, "process %d", i);
	}
	refusals_sum_up(refusals, BEGIN, true);
	logged("outcome=\"60 more like it\"", "three processes");
}

int
main(void)
{
	log_fd = memory_of(span_of("", 0));
	must(dup2(log_fd, STDERR_FILENO) == STDERR_FILENO, "stderr");
	log_start("test", LOG_WARN);
	event_start(false);
	test_none();
	test_minutes();
	test_sums();
	test_processes();
	return failures != 0;
}
