/* SPDX-License-Identifier: ISC */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/text.h"

static const char *log_tool;
static enum log_level log_limit;

void
log_start(const char *tool, enum log_level level)
{
	log_tool = tool;
	log_limit = level;
}

void
log_make_printable(char *text)
{
	unsigned code;
	size_t size;

	for (; *text != '\0'; text += size) {
		size = text_take(text, &code);
		if (text_is_control(code))
			memset(text, '?', size);
	}
}

bool
log_tells(enum log_level level)
{
	return log_tool != NULL && level <= log_limit;
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[1024], line[1200];
	va_list arguments;
	int size;

	if (!log_tells(level))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	log_make_printable(text);
	size = snprintf(line, sizeof line, "%s: %s%s\n", log_tool,
	    level == LOG_WARN ? "warning: " : "", text);
	if (write(STDERR_FILENO, line, (size_t)size) < 0)
		return; /* nobody is left to tell */
}

void
log_failure(void)
{
	const struct failure *failure = fail_last();

	log_line(LOG_ERROR, "%s", failure->text);
	if (failure->hint[0] != '\0')
		log_line(LOG_ERROR, "hint: %s", failure->hint);
}
