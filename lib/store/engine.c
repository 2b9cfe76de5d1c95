/* SPDX-License-Identifier: ISC */
#include "store/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"

#define COMMAND_SIZE 4096
#define READ_SIZE ((size_t)64 << 10)
#define LIST_SIZE ((size_t)1 << 30) /* some ten million names */

static int
start(struct child *child, const char *command, const char *verb,
    const char *name)
{
	static char shell[] = "/bin/sh", option[] = "-c";
	char script[COMMAND_SIZE];
	char *argv[] = {shell, option, script, shell, (char *)verb,
	    (char *)name, NULL};

	if (snprintf(script, sizeof script, "%s \"$@\"", command) >=
	    (int)sizeof script)
		return fail(FAIL_USAGE,
		    "the command of the engine is too long");
	return child_start_duplex(child, argv);
}

/* Its status, or -1; `verb` says what it was to do. */
static int
finish(struct child *child, const char *verb)
{
	int status = child_status(child);

	if (status > 1)
		return fail(FAIL_SYSTEM,
		    "the engine's '%s' exited with status %d", verb, status);
	return status;
}

int
engine_put(const char *command, struct span lines)
{
	struct child child;
	uint8_t byte;
	int result, status;

	if (start(&child, command, "put", NULL) != 0)
		return -1;
	result = file_write(child.out, lines);
	if (result == 0 && shutdown(child.out, SHUT_WR) != 0)
		result = fail_errno("cannot talk to the engine");
	while (result == 0 && read(child.out, &byte, 1) > 0)
		;
	status = finish(&child, "put");
	if (status == 1)
		return fail(FAIL_SYSTEM, "the engine did not take the bytes");
	return status == 0 ? result : -1;
}

/* What it prints, up to its end or `limit` bytes and one. */
static int
read_all(int fd, size_t limit, struct buf *to)
{
	size_t begin = to->size;
	ssize_t got = 1;

	while (got > 0 && to->size - begin <= limit) {
		if (buf_reserve(to, READ_SIZE) != 0)
			return -1;
		got = file_fill(fd, to->data + to->size, READ_SIZE);
		if (got < 0)
			return -1;
		to->size += (size_t)got;
	}
	if (to->size - begin > limit)
		return fail(FAIL_DATA, "the engine gives more than %zu bytes",
		    limit);
	return 0;
}

int
engine_get(const char *command, const char *name, size_t limit, struct buf *to)
{
	struct failure reason;
	struct child child;
	int result, status;

	if (start(&child, command, "get", name) != 0)
		return -1;
	result = read_all(child.out, limit, to);
	reason = *fail_last();
	status = finish(&child, "get");
	if (result != 0)
		return fail_again(&reason);
	return status < 0 ? -1 : status == 0;
}

int
engine_drop(const char *command, const char *name)
{
	struct buf nothing = {0};
	struct child child;
	int status;

	if (start(&child, command, "drop", name) != 0)
		return -1;
	read_all(child.out, READ_SIZE, &nothing);
	buf_release(&nothing);
	status = finish(&child, "drop");
	if (status == 1)
		return fail(FAIL_SYSTEM, "the engine did not drop '%s'", name);
	return status;
}

static int
take_lines(char *text,
    int (*each)(void *context, const char *name, uint64_t size), void *context)
{
	const char *number;
	char *line, *blank;
	uint64_t size;
	int result = 0;

	while (result == 0 && (line = strsep(&text, "\n")) != NULL) {
		blank = strchr(line, ' ');
		number = blank ? blank + 1 : "";
		if (!number_take(&number, &size) || *number != '\0')
			continue;
		*blank = '\0';
		result = each(context, line, size);
	}
	return result;
}

int
engine_list(const char *command,
    int (*each)(void *context, const char *name, uint64_t size), void *context)
{
	struct buf text = {0};
	struct child child;
	int result;

	if (start(&child, command, "list", NULL) != 0)
		return -1;
	result = read_all(child.out, LIST_SIZE, &text);
	if (finish(&child, "list") != 0)
		result = result == 0
		    ? fail(FAIL_SYSTEM, "the engine cannot list what it has")
		    : -1;
	if (result == 0)
		result = buf_append(&text, span_of("", 1));
	if (result == 0)
		result = take_lines((char *)text.data, each, context);
	buf_release(&text);
	return result;
}
