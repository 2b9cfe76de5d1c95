/* SPDX-License-Identifier: ISC */
#include "base/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local struct failure slot = {.kind = FAIL_SYSTEM,
    .text = "failed without a reason"};

static void
fill(enum fail_kind kind, const char *format, va_list arguments)
{
	char text[sizeof slot.text];

	vsnprintf(text, sizeof text, format, arguments);
	memcpy(slot.text, text, sizeof text);
	slot.kind = kind;
	slot.error = 0;
	slot.hint[0] = '\0';
}

int
fail(enum fail_kind kind, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fill(kind, format, arguments);
	va_end(arguments);
	return -1;
}

int
fail_errno(const char *format, ...)
{
	int error = errno;
	size_t length;
	va_list arguments;

	va_start(arguments, format);
	fill(FAIL_SYSTEM, format, arguments);
	va_end(arguments);
	slot.error = error;
	length = strlen(slot.text);
	snprintf(slot.text + length, sizeof slot.text - length, ": %s",
	    strerror(error));
	errno = error;
	return -1;
}

int
fail_hint(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(slot.hint, sizeof slot.hint, format, arguments);
	va_end(arguments);
	return -1;
}

const struct failure *
fail_last(void)
{
	return &slot;
}

int
fail_again(const struct failure *failure)
{
	slot = *failure;
	return -1;
}
