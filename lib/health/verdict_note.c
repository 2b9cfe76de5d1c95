/* SPDX-License-Identifier: ISC */
#include "health/verdict_note.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMES_SHOWN 3

void
verdict_note(struct verdict *verdict, enum check_name name, const char *fix,
    const char *by_hand, const char *format, ...)
{
	struct check *check = &verdict->check[verdict->count++];
	va_list arguments;

	*check = (struct check){.name = name, .severity = check_severity(name)};
	snprintf(check->fix, sizeof check->fix, "%s", fix);
	snprintf(check->by_hand, sizeof check->by_hand, "%s", by_hand);
	va_start(arguments, format);
	vsnprintf(check->text, sizeof check->text, format, arguments);
	va_end(arguments);
}

void
verdict_names_add(struct verdict_names *names, const char *name)
{
	size_t used = strlen(names->text);

	if (names->count < NAMES_SHOWN)
		snprintf(names->text + used, sizeof names->text - used, "%s%s",
		    names->count > 0 ? ", " : "", name);
	else if (names->count == NAMES_SHOWN)
		snprintf(names->text + used, sizeof names->text - used,
		    ", ...");
	names->count++;
}
