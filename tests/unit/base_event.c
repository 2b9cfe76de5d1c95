/* SPDX-License-Identifier: ISC */
/* The operations log: whole lines, whoever else writes there. */
#include "base/event.h"

#include <sys/socket.h>

#include "base/fail.h"
#include "scratch.h"

/* What write(2) gives one reader at a time: the first of what `say` writes. */
static size_t
first_write(void (*say)(void), char *text, size_t size)
{
	int end[2];
	pid_t child;
	ssize_t got;

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, end) == 0, "socketpair");
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		dup2(end[1], STDERR_FILENO);
		log_start("tool", LOG_NOTE);
		say();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	got = recv(end[0], text, size - 1, MSG_DONTWAIT);
	must(got >= 0, "nothing was written");
	text[got] = '\0';
	close(end[0]);
	close(end[1]);
	return (size_t)got;
}

static char outcome[512];

static void
say_plain(void)
{
	unsetenv("JOURNAL_STREAM");
	event_start(false);
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "connect",
	    .peer = "127.0.0.1:40000",
	    .bytes = 7,
	    .outcome = outcome});
}

static void
say_json(void)
{
	unsetenv("JOURNAL_STREAM");
	event_start(true);
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "connect",
	    .peer = "127.0.0.1:40000",
	    .bytes = 7,
	    .outcome = outcome});
}

static void
say_journal(void)
{
	setenv("JOURNAL_STREAM", "8:1", 1);
	event_start(false);
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "connect",
	    .outcome = outcome});
}

/* What stands behind the time, which differs. */
static void
test_line(void (*say)(void), const char *first, const char *rest)
{
	char text[8192];
	size_t size = first_write(say, text, sizeof text);
	const char *level = strstr(text, "level");

	must(level != NULL, "no level");
	check(strncmp(text, first, strlen(first)) == 0, "the beginning");
	check(strcmp(level, rest) == 0, "%s", rest);
	check(size > 0 && text[size - 1] == '\n', "not a whole line");
}

static void
test_escaped(void)
{
	char text[8192];
	size_t size;

	memset(outcome, 1, sizeof outcome - 1);
	size = first_write(say_json, text, sizeof text);
	check(size > 6 * (sizeof outcome - 1), "cut short");
	check(strcmp(text + size - 3, "\"}\n") == 0, "not closed");
}

int
main(void)
{
	strcpy(outcome, "no way");
	test_line(say_plain, "ts=",
	    "level=warn event=connect peer=127.0.0.1:40000 bytes=7 "
	    "outcome=\"no way\"\n");
	test_line(say_json, "{\"ts\":\"",
	    "level\":\"warn\",\"event\":\"connect\","
	    "\"peer\":\"127.0.0.1:40000\",\"bytes\":7,"
	    "\"outcome\":\"no way\"}\n");
	test_line(say_journal,
	    "<4>ts=", "level=warn event=connect outcome=\"no way\"\n");
	test_escaped();
	return failures != 0;
}
