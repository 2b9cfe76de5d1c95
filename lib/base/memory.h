/* SPDX-License-Identifier: ISC */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/*
 * Memory for free(3), or a failure that says so: all memory is got here or by
 * a struct buf, so that whoever gets none only returns.
 */

#include <stddef.h>

/* calloc(3), or NULL. */
void *memory_get(size_t count, size_t size);

/* reallocarray(3), or NULL, and `old` is as it was. */
void *memory_more(void *old, size_t count, size_t size);

/* Make *to a copy of a text. None, or an empty one, leaves it as it is. */
int memory_text(char **to, const char *text);

#endif
