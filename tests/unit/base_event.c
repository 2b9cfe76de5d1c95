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

/* What a terminal obeys, or shows in another order than it stands there. */
static void
test_hidden(void (*say)(void))
{
	static const struct {
		const char *said, *shown;
	} of[] = {
	    {"\x01", "\"\\u0001\""},
	    {"a\tb\x7f", "\"a\\u0009b\\u007f\""},
	    {"\xc2\x9b"
	     "31m\xc2\x80\xc2\x9f",
		"\"\\u009b31m\\u0080\\u009f\""},
	    {"\xd8\x9c.\xe2\x80\x8e\xe2\x80\x8f", "\"\\u061c.\\u200e\\u200f\""},
	    {"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae"
	     "detsurt",
		"\"\\u2028\\u2029\\u202a\\u202edetsurt\""},
	    {"\xe2\x81\xa6x\xe2\x81\xa9", "\"\\u2066x\\u2069\""},
	    {" \xc3\xa4\xc2\xa0\xd8\x9b\xd8\x9d\xe2\x80\x8d\xe2\x80\x90"
	     "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
		"\" \xc3\xa4\xc2\xa0\xd8\x9b\xd8\x9d\xe2\x80\x8d\xe2\x80\x90"
		"\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa\""},
	    {"\xf0\x9f\x90\xa7 \xe2\x80",
		"\"\xf0\x9f\x90\xa7 \\ufffd\\ufffd\""},
	    {"\x9b"
	     "2J",
		"\"\\ufffd2J\""},
	};
	char text[8192];
	size_t i;

	for (i = 0; i < COUNT(of); i++) {
		strcpy(outcome, of[i].said);
		first_write(say, text, sizeof text);
		check(strstr(text, of[i].shown) != NULL, "%zu: %s in %s", i,
		    of[i].shown, text);
	}
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
	test_hidden(say_plain);
	test_hidden(say_json);
	return failures != 0;
}
