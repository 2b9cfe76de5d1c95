/* SPDX-License-Identifier: ISC */
#ifndef CHECK_H
#define CHECK_H

/*
 * What the unit tests share: a check that says what failed, failures with
 * their words, bytes written in hexadecimal, and numbers that look random.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int failures; /* what main makes its exit status of */

/* Tell what failed, unless it is right. Returns `right`. */
__attribute__((format(printf, 2, 3))) static inline bool
check(bool right, const char *format, ...)
{
	va_list arguments;

	if (right)
		return true;
	failures++;
	printf("%s: ", program_invocation_short_name);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	return false;
}

/* `result` must be -1, of this kind, and its sentence must contain `words`. */
static inline void
check_fails(int result, enum fail_kind kind, const char *words,
    const char *what)
{
	const struct failure *last = fail_last();

	if (!check(result == -1, "%s: returns %d", what, result))
		return;
	check(last->kind == kind, "%s: is of kind %d (%s)", what,
	    (int)last->kind, last->text);
	check(strstr(last->text, words) != NULL, "%s: says '%s', not '%s'",
	    what, last->text, words);
}

/* The test cannot go on without this. */
static inline void
must(bool right, const char *what)
{
	if (check(right, "%s: %s (%s)", what, fail_last()->text,
		strerror(errno)))
		return;
	exit(1);
}

/* Append the bytes that `hex` spells; blanks do not count. */
static inline void
unhex(const char *hex, struct buf *to)
{
	unsigned value;
	uint8_t byte;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		must(sscanf(hex, "%2x", &value) == 1, "bad hex");
		byte = (uint8_t)value;
		must(buf_append(to, span_of(&byte, 1)) == 0, "memory");
		hex++;
	}
}

/* Whether `bytes` are what `hex` spells; if not, show them. */
static inline bool
is_hex(struct span bytes, const char *hex)
{
	struct buf wanted = {0};
	bool same;
	size_t i;

	unhex(hex, &wanted);
	same = span_equal(span_of_buf(&wanted), bytes);
	for (i = 0; !same && i < bytes.size; i++)
		printf("%02x%s", bytes.data[i], i + 1 < bytes.size ? "" : "\n");
	buf_release(&wanted);
	return same;
}

/* Whether `bytes` are `text`; if not, show them. */
static inline bool
is_text(struct span bytes, const char *text)
{
	bool same = span_equal(bytes, span_of_text(text));

	if (!same) {
		fwrite(bytes.data, 1, bytes.size, stdout);
		printf("\ninstead of\n%s\n", text);
	}
	return same;
}

/* The same numbers in every run. */
static inline uint32_t
random_number(void)
{
	static uint32_t state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static inline void
random_fill(void *to, size_t size)
{
	uint8_t *byte = to;

	while (size-- > 0)
		*byte++ = (uint8_t)(random_number() >> 11);
}

#endif
