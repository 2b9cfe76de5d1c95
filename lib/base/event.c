/* SPDX-License-Identifier: ISC */
#include "base/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/text.h"

#define LINE_SIZE 4096 /* an outcome is a failure's text, escaped */
#define ID_DIGITS 16   /* of an owner or shard: enough to find it */

static bool event_json, event_journal;

void
event_start(bool json)
{
	event_json = json;
	event_journal = getenv("JOURNAL_STREAM") != NULL;
}

uint64_t
event_clock(void)
{
	return clock_us() / 1000;
}

struct line {
	char text[LINE_SIZE];
	size_t size;
	const char *between; /* what goes before the next name */
};

__attribute__((format(printf, 2, 3))) static void
add(struct line *line, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(line->text + line->size, LINE_SIZE - line->size,
	    format, arguments);
	va_end(arguments);
	if (size > 0)
		line->size += (size_t)size;
	if (line->size > LINE_SIZE - 1)
		line->size = LINE_SIZE - 1;
}

/* A quoted value: what could end it, or the line, is escaped. */
static void
add_quoted(struct line *line, const char *text)
{
	unsigned code;
	size_t size;

	add(line, "\"");
	for (; *text != '\0'; text += size) {
		size = text_take(text, &code);
		if (text_is_control(code))
			add(line, "\\u%04x", code);
		else
			add(line, "%s%.*s",
			    code == '"' || code == '\\' ? "\\" : "", (int)size,
			    text);
	}
	add(line, "\"");
}

/* logfmt needs quotes only around what is not one plain word. */
static bool
is_plain(const char *text)
{
	unsigned code;

	if (*text == '\0' || strpbrk(text, " \"=\\") != NULL)
		return false;
	while (*text != '\0') {
		text += text_take(text, &code);
		if (text_is_control(code))
			return false;
	}
	return true;
}

static void
add_name(struct line *line, const char *name)
{
	add(line, event_json ? "%s\"%s\":" : "%s%s=", line->between, name);
	line->between = event_json ? "," : " ";
}

static void
add_text(struct line *line, const char *name, const char *text)
{
	if (text == NULL)
		return;
	add_name(line, name);
	if (event_json || !is_plain(text))
		add_quoted(line, text);
	else
		add(line, "%s", text);
}

static void
add_number(struct line *line, const char *name, uint64_t number)
{
	if (number == 0)
		return;
	add_name(line, name);
	add(line, "%llu", (unsigned long long)number);
}

static void
add_id(struct line *line, const char *name, const struct digest *id)
{
	char hex[DIGEST_HEX_SIZE];

	if (id == NULL)
		return;
	digest_hex(id, hex);
	hex[ID_DIGITS] = '\0';
	add_text(line, name, hex);
}

static void
add_time(struct line *line)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	add_name(line, "ts");
	add(line,
	    event_json ? "\"%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ\""
		       : "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, now.tv_nsec / 1000000);
}

void
event_write(const struct event *event)
{
	static const char *const level[] = {"error", "warn", "info", "debug"};
	static const int priority[] = {3, 4, 6, 7};
	struct line line = {.between = event_json ? "{" : ""};

	if (!log_tells(event->level))
		return;
	if (event_journal)
		add(&line, "<%d>", priority[event->level]);
	add_time(&line);
	add_text(&line, "level", level[event->level]);
	add_text(&line, "event", event->name);
	add_text(&line, "peer", event->peer);
	add_text(&line, "id", event->id);
	add_id(&line, "owner", event->owner);
	add_id(&line, "shard", event->shard);
	add_number(&line, "bytes", event->bytes);
	add_number(&line, "ms", event->ms);
	add_text(&line, "outcome", event->outcome);
	add(&line, event_json ? "}" : "");
	line.text[line.size++] = '\n';
	if (write(STDERR_FILENO, line.text, line.size) < 0)
		return; /* nobody is left to tell */
}

void
event_trouble(const char *name, const char *peer)
{
	event_write(&(struct event){.level = LOG_WARN,
	    .name = name,
	    .peer = peer,
	    .outcome = fail_last()->text});
}
