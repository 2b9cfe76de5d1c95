/* SPDX-License-Identifier: ISC */
#include "format/found_read.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "format/cbor.h"
#include "format/found_text.h"

/* What begins with a map in CBOR (major type 5) begins no text. */
static bool
is_cbor(struct span rest)
{
	return rest.data[0] >> 5 == CBOR_MAP;
}

/* The next unit's size; 0: more bytes are needed; -1. */
static int64_t
measure(struct span rest, bool end)
{
	const uint8_t *newline;
	int64_t size;

	if (is_cbor(rest)) {
		size = cbor_measure(rest, LIMIT_FOUND);
		if (size == 0 && end)
			return fail(FAIL_DATA, "a found record is cut short");
		return size;
	}
	newline = memchr(rest.data, '\n', rest.size);
	if (newline != NULL)
		return newline - rest.data + 1;
	if (rest.size > LIMIT_FOUND)
		return fail(FAIL_DATA, "a line is too long, or not text");
	return end ? (int64_t)rest.size : 0;
}

static int
read_unit(struct span unit, struct found *found)
{
	if (is_cbor(unit))
		return found_decode(unit, found) == 0 ? 1 : -1;
	if (unit.data[unit.size - 1] == '\n')
		unit.size--;
	return found_text_read(unit, found);
}

int
found_read(struct buf *bytes, bool end, found_read_each each, void *context)
{
	struct span rest = span_of_buf(bytes);
	struct found found;
	int64_t size = 0;
	int result = 0;

	while (
	    result == 0 && rest.size > 0 && (size = measure(rest, end)) > 0) {
		result = read_unit(span_of(rest.data, (size_t)size), &found);
		if (result > 0)
			result = each(context, &found);
		rest.data += size;
		rest.size -= (size_t)size;
	}
	if (rest.size > 0)
		memmove(bytes->data, rest.data, rest.size);
	bytes->size = rest.size;
	return size < 0 ? -1 : result;
}

int
found_read_open(int fd, const char *name, found_read_each each, void *context)
{
	struct buf bytes = {0};
	struct failure reason;
	int result;

	result = file_read_open(fd, name,
	    (size_t)LIMIT_FOUND * LIMIT_FOUND_RECORDS, &bytes);
	if (result == 0 && found_read(&bytes, true, each, context) < 0) {
		reason = *fail_last();
		result = fail(reason.kind, "'%s': %s", name, reason.text);
	}
	buf_release(&bytes);
	return result;
}
