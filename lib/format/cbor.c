/* SPDX-License-Identifier: ISC */
#include "format/cbor.h"

#include <string.h>

#include "base/fail.h"

int
cbor_take(struct span *sequence, size_t limit, const char *what,
    struct span *item)
{
	int64_t size;

	if (sequence->size == 0)
		return 0;
	size = cbor_measure(*sequence, limit);
	if (size <= 0)
		return fail(FAIL_DATA, "%s is malformed or cut", what);
	*item = span_of(sequence->data, (size_t)size);
	*sequence =
	    span_of(sequence->data + size, sequence->size - (size_t)size);
	return 1;
}

void
cbor_reader_init(struct cbor_reader *reader, struct span item)
{
	*reader = (struct cbor_reader){.rest = item};
}

static struct span
take(struct cbor_reader *reader, size_t size)
{
	struct span taken = span_of(reader->rest.data, size);

	reader->rest.data += size;
	reader->rest.size -= size;
	return taken;
}

static bool
is_string(const struct cbor_item *item)
{
	return item->kind == CBOR_BYTES || item->kind == CBOR_TEXT;
}

bool
cbor_read(struct cbor_reader *reader, struct cbor_item *item)
{
	int size;

	*item = (struct cbor_item){0};
	if (reader->bad || reader->rest.size == 0)
		return false;
	size = cbor_head_decode(reader->rest, item);
	if (size > 0)
		take(reader, (size_t)size);
	if (size <= 0 ||
	    (is_string(item) && item->number > reader->rest.size)) {
		*item = (struct cbor_item){0};
		reader->bad = true;
		return false;
	}
	if (is_string(item))
		item->bytes = take(reader, (size_t)item->number);
	return true;
}

static struct cbor_item
expect(struct cbor_reader *reader, enum cbor_kind kind, uint64_t max)
{
	struct cbor_item item;

	if (cbor_read(reader, &item) && item.kind == kind && item.number <= max)
		return item;
	reader->bad = true;
	return (struct cbor_item){0};
}

uint64_t
cbor_read_uint(struct cbor_reader *reader, uint64_t max)
{
	return expect(reader, CBOR_UINT, max).number;
}

struct span
cbor_read_bytes(struct cbor_reader *reader, size_t max)
{
	return expect(reader, CBOR_BYTES, max).bytes;
}

struct span
cbor_read_text(struct cbor_reader *reader, size_t max)
{
	return expect(reader, CBOR_TEXT, max).bytes;
}

uint64_t
cbor_read_array(struct cbor_reader *reader, uint64_t max)
{
	return expect(reader, CBOR_ARRAY, max).number;
}

uint64_t
cbor_read_map(struct cbor_reader *reader, uint64_t max)
{
	return expect(reader, CBOR_MAP, max).number;
}

void
cbor_read_tag(struct cbor_reader *reader, uint64_t tag)
{
	if (expect(reader, CBOR_TAG, tag).number != tag)
		reader->bad = true;
}

bool
cbor_read_bool(struct cbor_reader *reader)
{
	uint64_t number = expect(reader, CBOR_SIMPLE, CBOR_TRUE).number;

	if (number < CBOR_FALSE)
		reader->bad = true;
	return number == CBOR_TRUE;
}

void
cbor_read_fixed(struct cbor_reader *reader, void *to, size_t size)
{
	struct span bytes = cbor_read_bytes(reader, size);

	if (reader->bad || bytes.size != size) {
		reader->bad = true;
		memset(to, 0, size);
		return;
	}
	memcpy(to, bytes.data, size);
}

void
cbor_read_key(struct cbor_reader *reader, uint64_t key)
{
	if (cbor_read_uint(reader, key) != key)
		reader->bad = true;
}

uint64_t
cbor_read_pair_uint(struct cbor_reader *reader, uint64_t key, uint64_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_uint(reader, max);
}

struct span
cbor_read_pair_bytes(struct cbor_reader *reader, uint64_t key, size_t max)
{
	cbor_read_key(reader, key);
	return cbor_read_bytes(reader, max);
}

void
cbor_read_pair_fixed(struct cbor_reader *reader, uint64_t key, void *to,
    size_t size)
{
	cbor_read_key(reader, key);
	cbor_read_fixed(reader, to, size);
}

int
cbor_reader_end(struct cbor_reader *reader, const char *what)
{
	if (reader->bad || reader->rest.size > 0)
		return fail(FAIL_DATA, "%s is malformed", what);
	return 0;
}

void
cbor_writer_init(struct cbor_writer *writer, struct buf *to)
{
	*writer = (struct cbor_writer){.to = to};
}

static void
append(struct cbor_writer *writer, struct span bytes)
{
	if (!writer->bad && buf_append(writer->to, bytes) != 0)
		writer->bad = true;
}

static void
write_head(struct cbor_writer *writer, enum cbor_kind kind, uint64_t number)
{
	uint8_t head[CBOR_HEAD_SIZE];

	append(writer, span_of(head, cbor_head_encode(head, kind, number)));
}

static void
write_text(struct cbor_writer *writer, struct span text)
{
	if (!writer->bad && !cbor_text_is_valid(text)) {
		writer->bad = true;
		fail(FAIL_DATA, "text is not UTF-8");
	}
	write_head(writer, CBOR_TEXT, text.size);
	append(writer, text);
}

void
cbor_write(struct cbor_writer *writer, const struct cbor_item *item)
{
	if (item->kind == CBOR_BYTES)
		cbor_write_bytes(writer, item->bytes);
	else if (item->kind == CBOR_TEXT)
		write_text(writer, item->bytes);
	else
		write_head(writer, item->kind, item->number);
}

void
cbor_write_uint(struct cbor_writer *writer, uint64_t number)
{
	write_head(writer, CBOR_UINT, number);
}

void
cbor_write_nint(struct cbor_writer *writer, uint64_t number)
{
	write_head(writer, CBOR_NINT, number);
}

void
cbor_write_bytes(struct cbor_writer *writer, struct span bytes)
{
	write_head(writer, CBOR_BYTES, bytes.size);
	append(writer, bytes);
}

void
cbor_write_bytes_head(struct cbor_writer *writer, uint64_t size)
{
	write_head(writer, CBOR_BYTES, size);
}

void
cbor_write_text(struct cbor_writer *writer, const char *text)
{
	write_text(writer, span_of_text(text));
}

void
cbor_write_array(struct cbor_writer *writer, uint64_t count)
{
	write_head(writer, CBOR_ARRAY, count);
}

void
cbor_write_map(struct cbor_writer *writer, uint64_t count)
{
	write_head(writer, CBOR_MAP, count);
}

void
cbor_write_tag(struct cbor_writer *writer, uint64_t tag)
{
	write_head(writer, CBOR_TAG, tag);
}

void
cbor_write_bool(struct cbor_writer *writer, bool value)
{
	write_head(writer, CBOR_SIMPLE, value ? CBOR_TRUE : CBOR_FALSE);
}

void
cbor_write_pair_uint(struct cbor_writer *writer, uint64_t key, uint64_t number)
{
	cbor_write_uint(writer, key);
	cbor_write_uint(writer, number);
}

void
cbor_write_pair_bytes(struct cbor_writer *writer, uint64_t key,
    struct span bytes)
{
	cbor_write_uint(writer, key);
	cbor_write_bytes(writer, bytes);
}

int
cbor_writer_end(struct cbor_writer *writer)
{
	return writer->bad ? -1 : 0;
}
