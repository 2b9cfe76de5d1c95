/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_VERDICT_NOTE_H
#define HEALTH_VERDICT_NOTE_H

/* What those that judge share: a check that has found something, and names. */

#include "health/verdict.h"

/*
 * Add a check, as bad as it is at least. Either of `fix`, a command, and
 * `by_hand`, words, may be "".
 */
__attribute__((format(printf, 5, 6))) void verdict_note(struct verdict *verdict,
    enum check_name name, const char *fix, const char *by_hand,
    const char *format, ...);

/* A few names, and that there are more. */
struct verdict_names {
	char text[160];
	size_t count;
};
void verdict_names_add(struct verdict_names *names, const char *name);

#endif
