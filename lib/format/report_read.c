/* SPDX-License-Identifier: ISC */
#include "format/report_read.h"

#include <string.h>

#include "format/cbor.h"

#define NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

bool
report_read_knows(struct span item)
{
	struct cbor_reader reader;
	struct cbor_item head, key;

	cbor_reader_init(&reader, item);
	return cbor_read(&reader, &head) && head.kind == CBOR_MAP &&
	    head.number > 0 && cbor_read(&reader, &key) &&
	    key.kind == CBOR_TEXT;
}

/* A copy with a NUL, for which there is room: its head was as long. */
static const char *
keep(struct cbor_reader *reader, struct span text, struct buf *texts)
{
	char *copy = (char *)texts->data + texts->size;

	if (text.size > 0)
		memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	if (strlen(copy) != text.size)
		reader->bad = true;
	texts->size += text.size + 1;
	return copy;
}

/* "record" is the first one, for which there is a place. */
static void
take_field(struct cbor_reader *reader, struct buf *texts,
    struct report_field *first, size_t *count)
{
	const char *name =
	    keep(reader, cbor_read_text(reader, SIZE_MAX), texts);
	struct report_field *field =
	    strcmp(name, first->name) == 0 ? first : &first[(*count)++];
	struct cbor_item value;

	if (name[0] == '\0' || name[strspn(name, NAME)] != '\0' ||
	    !cbor_read(reader, &value) ||
	    (value.kind != CBOR_UINT && value.kind != CBOR_TEXT)) {
		reader->bad = true;
		return;
	}
	*field = (struct report_field){.name = name, .number = value.number};
	field->is_number = value.kind == CBOR_UINT;
	if (!field->is_number)
		field->text = keep(reader, value.bytes, texts);
}

int
report_read_again(enum report_style style, struct span item, struct buf *to)
{
	struct report_field field[REPORT_MOST + 1] = {
	    {.name = "record", .text = "row"}};
	struct cbor_reader reader;
	struct buf texts = {0};
	size_t i, pairs, count = 1;
	int result;

	if (buf_reserve(&texts, item.size) != 0)
		return -1;
	cbor_reader_init(&reader, item);
	pairs = (size_t)cbor_read_map(&reader, REPORT_MOST);
	for (i = 0; i < pairs && !reader.bad; i++)
		take_field(&reader, &texts, field, &count);
	reader.bad |= pairs == 0 || count > REPORT_MOST;
	result = cbor_reader_end(&reader, "the row");
	if (result == 0)
		result = report_row(style, field, count, to);
	buf_release(&texts);
	return result;
}
