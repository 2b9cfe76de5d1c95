/* SPDX-License-Identifier: ISC */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

void *
memory_get(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		fail_errno("cannot get memory");
	return memory;
}

void *
memory_more(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count, size);

	if (memory == NULL)
		fail_errno("cannot get memory");
	return memory;
}

int
memory_text(char **to, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return 0;
	*to = strdup(text);
	return *to != NULL ? 0 : fail_errno("cannot get memory");
}
