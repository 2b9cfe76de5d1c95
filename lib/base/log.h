/* SPDX-License-Identifier: ISC */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * What a tool tells people: whole lines on stderr, "tool: text". Until
 * log_start has been called nothing is said, so that libraries may tell what
 * happened without knowing whether anyone listens.
 */

#include <stdbool.h>

enum log_level {
	LOG_ERROR,
	LOG_WARN,  /* also with --quiet: something is not as it should be */
	LOG_NOTE,  /* the default */
	LOG_DETAIL /* with --verbose */
};

void log_start(const char *tool, enum log_level level);
/* Whether lines of this level are told at all. */
bool log_tells(enum log_level level);

void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Put '?' for each byte of what base/text.h calls a control: what comes from a
 * file or a peer stays one line, in its order, and moves no cursor.
 */
void log_make_printable(char *text);

/* The failure slot: its sentence, and its hint on a line of its own. */
void log_failure(void);

#endif
