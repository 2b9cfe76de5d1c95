/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_FOUND_TEXT_H
#define FORMAT_FOUND_TEXT_H

/*
 * Found records for people and for scripts, and what scripts say. A line is
 *
 *     id  address  sources  trust  rtt  name
 *
 * with tabs between; '-' is what is not known, and the address '?' of who was
 * not found. An address is ip:port, [ipv6]:port, [ipv6%zone]:port or
 * host:port.
 */

#include "format/found.h"
#include "format/report.h"

#define FOUND_TEXT_ADDRESS 272
#define FOUND_TEXT_SOURCES 64

void found_text_address(const struct found *found,
    char text[static FOUND_TEXT_ADDRESS]);

/* "static,mdns" */
void found_text_sources(unsigned sources, char text[static FOUND_TEXT_SOURCES]);

/* The address of `found` from text. -1 (FAIL_DATA). */
int found_text_take_address(const char *text, struct found *found);

/* An id in base32; "-" or "" is none. -1 (FAIL_DATA). */
int found_text_take_id(const char *text, struct found *found);

/*
 * Append a record in a style of --output: a line with its end, a JSON object
 * with its end, or CBOR. `name` is the peer's in the roster, or NULL.
 */
int found_text_write(enum report_style style, const struct found *found,
    const char *name, struct buf *to);

/* The same as a row of fields, of which the first is "record": "found". */
int found_text_row(enum report_style style, const struct found *found,
    struct buf *to);

/*
 * The reverse, of a line without its end: an id, an address, and whatever else
 * may follow, or a JSON object with the texts "id" and "address" and perhaps
 * the numbers "priority", "weight" and "ttl"; other names are passed over. 1;
 * 0 for a line with nothing in it but a comment; -1 (FAIL_DATA).
 */
int found_text_read(struct span line, struct found *found);

#endif
