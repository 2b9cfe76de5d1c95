/* SPDX-License-Identifier: ISC */
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

/* What a terminal can show of a text, and when that has changed. */

#include <stdbool.h>

#include "base/bytes.h"

struct screen {
	unsigned columns, rows;
};

/* How large the terminal is; 80 by 24 if it does not say. */
struct screen screen_of(int terminal);

/* How many bytes of a line, of UTF-8, fit into a row. */
size_t screen_fit(struct span line, unsigned columns);

/*
 * Append what puts the lines of `text` on the screen from its top, with nothing
 * left of what was there. What does not fit is cut: of a line its end, and of
 * the text its last lines, whose number is told instead.
 */
int screen_page(struct screen screen, struct span text, struct buf *to);

/*
 * screen_wait returns true when the terminal has got another size, false when
 * the seconds are over, of which it takes off what has passed, or when we were
 * stopped meanwhile. screen_watch, before there are threads, lets no change of
 * size go unseen.
 */
void screen_watch(void);
bool screen_wait(double *seconds);

#endif
