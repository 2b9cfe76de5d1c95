/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_REPORT_H
#define FORMAT_REPORT_H

/*
 * Rows of named values, for people (columns), for scripts (a JSON object a
 * line, RFC 8259) and for other tools (a CBOR map each, keys in text).
 */

#include "base/bytes.h"

enum report_style {
	REPORT_TEXT,  /* columns */
	REPORT_PAIRS, /* name=value, for rows that differ in kind */
	REPORT_JSON,
	REPORT_CBOR
};

#define REPORT_MOST 32 /* fields of a row */

struct report_field {
	const char *name;
	const char *text; /* the value; if `is_number`, how people see it */
	uint64_t number;
	bool is_number;
	int width; /* of its column, negative: to the left */
};

/*
 * What --output says: text, json or cbor. Without it (NULL) text for a
 * terminal and CBOR for a pipe or a file. FAIL_USAGE for another word.
 */
int report_style_parse(const char *word, bool terminal,
    enum report_style *style);

int report_row(enum report_style style, const struct report_field *field,
    size_t count, struct buf *to);

/* A row and, in text style, the names of its columns above the `first` one. */
int report_add(enum report_style style, const struct report_field *field,
    size_t count, bool first, struct buf *to);

/* An array of fields, and how many there are. */
#define REPORT_FIELDS(field) field, sizeof(field) / sizeof *(field)

#endif
