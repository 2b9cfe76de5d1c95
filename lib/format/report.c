/* SPDX-License-Identifier: ISC */
#include "format/report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "format/cbor.h"

#define CELL_MAX 512

int
report_style_parse(const char *word, bool terminal, enum report_style *style)
{
	if (word == NULL)
		*style = terminal ? REPORT_TEXT : REPORT_CBOR;
	else if (strcmp(word, "text") == 0)
		*style = REPORT_TEXT;
	else if (strcmp(word, "json") == 0)
		*style = REPORT_JSON;
	else if (strcmp(word, "cbor") == 0)
		*style = REPORT_CBOR;
	else
		return fail(FAIL_USAGE,
		    "--output '%s' is not one of text, json, cbor", word);
	return 0;
}

/* The names of the columns, for people only. */
static int
header(enum report_style style, const struct report_field *field, size_t count,
    struct buf *to)
{
	char name[64];
	size_t i, j;

	if (style != REPORT_TEXT)
		return 0;
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%s", field[i].name);
		for (j = 0; name[j] != '\0'; j++)
			name[j] = (char)toupper((unsigned char)name[j]);
		if (buf_print(to, "%s%*s", i ? "  " : "", field[i].width,
			name) != 0)
			return -1;
	}
	return buf_print(to, "\n");
}

static void
cell_text(const struct report_field *field, char cell[static CELL_MAX])
{
	if (field->text != NULL)
		snprintf(cell, CELL_MAX, "%s", field->text);
	else
		snprintf(cell, CELL_MAX, "%llu",
		    (unsigned long long)field->number);
	log_make_printable(cell);
}

static int
text_row(const struct report_field *field, size_t count, struct buf *to)
{
	char cell[CELL_MAX];
	size_t i;

	for (i = 0; i < count; i++) {
		cell_text(&field[i], cell);
		if (buf_print(to, "%s%*s", i ? "  " : "", field[i].width,
			cell) != 0)
			return -1;
	}
	return buf_print(to, "\n");
}

static int
pairs_row(const struct report_field *field, size_t count, struct buf *to)
{
	char cell[CELL_MAX];
	size_t i;

	for (i = 0; i < count; i++) {
		cell_text(&field[i], cell);
		if (buf_print(to, "%s%s=%s", i ? " " : "", field[i].name,
			cell) != 0)
			return -1;
	}
	return buf_print(to, "\n");
}

static int
json_string(const char *text, struct buf *to)
{
	int result = buf_print(to, "\"");

	for (; result == 0 && *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			result = buf_print(to, "\\%c", *text);
		else if ((unsigned char)*text < ' ' || *text == 0x7f)
			result = buf_print(to, "\\u%04x", (unsigned char)*text);
		else
			result = buf_print(to, "%c", *text);
	}
	return result == 0 ? buf_print(to, "\"") : -1;
}

static int
json_row(const struct report_field *field, size_t count, struct buf *to)
{
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < count; i++) {
		result =
		    buf_print(to, "%s\"%s\":", i ? "," : "{", field[i].name);
		if (result == 0 && field[i].is_number)
			result = buf_print(to, "%llu",
			    (unsigned long long)field[i].number);
		else if (result == 0)
			result = json_string(field[i].text, to);
	}
	return result == 0 ? buf_print(to, "}\n") : -1;
}

/* Bytewise order of the encoded keys: short ones first. */
static int
compare_names(const void *a, const void *b)
{
	const struct report_field *const *x = a, *const *y = b;
	size_t m = strlen((*x)->name), n = strlen((*y)->name);

	if (m != n)
		return m < n ? -1 : 1;
	return strcmp((*x)->name, (*y)->name);
}

static int
cbor_row(const struct report_field *field, size_t count, struct buf *to)
{
	const struct report_field *sorted[REPORT_MOST];
	struct cbor_writer writer;
	size_t i;

	if (count > REPORT_MOST)
		return fail(FAIL_SYSTEM, "a row of %zu fields", count);
	for (i = 0; i < count; i++)
		sorted[i] = &field[i];
	qsort(sorted, count, sizeof *sorted, compare_names);
	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, count);
	for (i = 0; i < count; i++) {
		cbor_write_text(&writer, sorted[i]->name);
		if (sorted[i]->is_number)
			cbor_write_uint(&writer, sorted[i]->number);
		else
			cbor_write_text(&writer, sorted[i]->text);
	}
	return cbor_writer_end(&writer);
}

int
report_row(enum report_style style, const struct report_field *field,
    size_t count, struct buf *to)
{
	switch (style) {
	case REPORT_TEXT:
		return text_row(field, count, to);
	case REPORT_PAIRS:
		return pairs_row(field, count, to);
	case REPORT_JSON:
		return json_row(field, count, to);
	default:
		return cbor_row(field, count, to);
	}
}

int
report_add(enum report_style style, const struct report_field *field,
    size_t count, bool first, struct buf *to)
{
	if (first && header(style, field, count, to) != 0)
		return -1;
	return report_row(style, field, count, to);
}
