/* SPDX-License-Identifier: ISC */
#ifndef BASE_BASE32_H
#define BASE_BASE32_H

/*
 * 32 bytes that a person copies by hand: four lines, each 13 characters of
 * Crockford's base32 (crockford.com/base32.html; I, L and O are read as 1, 1
 * and 0, case does not matter) and a check character, so that a typo is
 * located to its line. The 52 characters hold 260 bits: 4 bits for the kind
 * of thing, then the bytes.
 *
 * The check is a sum over GF(32) (polynomial x^5 + x^2 + 1) in which
 * character i counts a^(i+1), plus the number of the line: one wrong
 * character, two characters that changed places, and lines that changed
 * places are always seen.
 */

#include <stdint.h>

#include "base/bytes.h"

enum base32_kind {
	BASE32_ID = 0,	     /* a public id */
	BASE32_SECRET = 1,   /* an owner's secret, version 1 */
	BASE32_IDENTITY = 2, /* a private scalar, version 1 */
	BASE32_STORE = 3     /* a store's random name */
};

#define BASE32_LINES 4
#define BASE32_LINE 14
#define BASE32_TEXT (BASE32_LINES * (BASE32_LINE + 1)) /* with the NUL */

/* The four lines joined by dashes. */
void base32_encode(enum base32_kind kind, const uint8_t byte[static 32],
    char text[static BASE32_TEXT]);

/*
 * The reverse; lines may be divided by dashes or newlines, and blanks do not
 * count. -1 (FAIL_USAGE) naming the line that is wrong and how.
 */
int base32_decode(enum base32_kind kind, const char *text,
    uint8_t byte[static 32]);

/*
 * Any number of bytes in such lines, joined by dashes; the bits that fill the
 * last one up are zero. Appended to `text`, without a NUL. Lines are numbered
 * modulo 32.
 */
int base32_encode_bytes(struct span bytes, struct buf *text);

/*
 * The reverse: all bytes that whole lines hold, so that up to 8 zero bytes
 * more come out than were put in. -1 (FAIL_USAGE) as above.
 */
int base32_decode_bytes(const char *text, struct buf *bytes);

#endif
