/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_FOUND_JSON_H
#define FORMAT_FOUND_JSON_H

/*
 * A found record out of a JSON object (RFC 8259) of one line: as much of the
 * language as one level of texts, numbers, true, false and null.
 */

struct found;

/* See found_text_read. `text` is changed. */
int found_json_read(char *text, struct found *found);

#endif
