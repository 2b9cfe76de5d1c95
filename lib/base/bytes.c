/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

struct span
span_of(const void *data, size_t size)
{
	return (struct span){data, size};
}

struct span
span_of_text(const char *text)
{
	return span_of(text, strlen(text));
}

struct span
span_of_buf(const struct buf *buf)
{
	return span_of(buf->data, buf->size);
}

struct span
span_of_digest(const struct digest *digest)
{
	return span_of(digest->byte, sizeof digest->byte);
}

bool
span_equal(struct span a, struct span b)
{
	return a.size == b.size &&
	    (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int
buf_reserve(struct buf *buf, size_t extra)
{
	size_t wanted, capacity;
	uint8_t *data;

	if (extra <= buf->capacity - buf->size)
		return 0;
	if (extra > SIZE_MAX / 4 - buf->size)
		return fail(FAIL_SYSTEM, "cannot hold %zu bytes more", extra);
	wanted = buf->size + extra;
	capacity = buf->capacity ? buf->capacity : 256;
	while (capacity < wanted)
		capacity *= 2;
	data = memory_more(buf->data, capacity, 1);
	if (data == NULL)
		return -1;
	buf->data = data;
	buf->capacity = capacity;
	return 0;
}

int
buf_append(struct buf *buf, struct span bytes)
{
	if (buf_reserve(buf, bytes.size) != 0)
		return -1;
	if (bytes.size > 0)
		memcpy(buf->data + buf->size, bytes.data, bytes.size);
	buf->size += bytes.size;
	return 0;
}

void
buf_sort(struct buf *buf, size_t size,
    int (*compare)(const void *a, const void *b))
{
	uint8_t *to = buf->data, *from = buf->data, *end = to + buf->size;

	if (buf->size == 0)
		return;
	qsort(buf->data, buf->size / size, size, compare);
	while ((from += size) < end)
		if (compare(to, from) != 0)
			memmove(to += size, from, size);
	buf->size = (size_t)(to - buf->data) + size;
}

int
buf_append_uint32(struct buf *buf, uint32_t number)
{
	uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
	    (uint8_t)(number >> 8), (uint8_t)number};

	return buf_append(buf, span_of(bytes, sizeof bytes));
}

uint32_t
bytes_uint32(const uint8_t bytes[static 4])
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	    (uint32_t)bytes[2] << 8 | bytes[3];
}

int
buf_print(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0 || buf_reserve(buf, (size_t)size + 1) != 0)
		return -1;
	va_start(arguments, format);
	vsnprintf((char *)buf->data + buf->size, (size_t)size + 1, format,
	    arguments);
	va_end(arguments);
	buf->size += (size_t)size;
	return 0;
}

void
buf_release(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){0};
}

bool
digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

bool
digest_is_zero(const struct digest *digest)
{
	static const struct digest zero;

	return digest_equal(digest, &zero);
}

struct digest
digest_from(const uint8_t byte[static 32])
{
	struct digest digest;

	memcpy(digest.byte, byte, sizeof digest.byte);
	return digest;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

void
digest_sort(struct buf *digests)
{
	buf_sort(digests, sizeof(struct digest), compare);
}

int64_t
digest_find(struct span digests, const struct digest *digest)
{
	const uint8_t *found = NULL;

	if (digests.size > 0)
		found = bsearch(digest, digests.data,
		    digests.size / sizeof *digest, sizeof *digest, compare);
	return found == NULL ? -1
			     : (found - digests.data) / (int64_t)sizeof *digest;
}

void
digest_hex(const struct digest *digest, char text[static DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < sizeof digest->byte; i++) {
		text[2 * i] = digits[digest->byte[i] >> 4];
		text[2 * i + 1] = digits[digest->byte[i] & 15];
	}
	text[2 * i] = '\0';
}

static int
hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

int
digest_parse(const char *text, struct digest *digest)
{
	size_t i;
	int high, low;

	if (strlen(text) != DIGEST_HEX_SIZE - 1)
		return -1;
	for (i = 0; i < sizeof digest->byte; i++) {
		high = hex_value(text[2 * i]);
		low = hex_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		digest->byte[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
