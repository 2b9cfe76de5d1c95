/* SPDX-License-Identifier: ISC */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/* Text of somebody else's, before people see it. */

#include <stdbool.h>
#include <stddef.h>

/*
 * The character at `text`, which is not at its end, of UTF-8 (RFC 3629):
 * returns how many bytes it has. `code` 0xfffd: that byte is of none.
 */
size_t text_take(const char *text, unsigned *code);

/*
 * What a terminal obeys (C0, C1), what ends a line or turns text around (UAX
 * 9), and 0xfffd.
 */
bool text_is_control(unsigned code);

#endif
