/* SPDX-License-Identifier: ISC */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H

/* Memory that a process shares with those it will fork. */

#include <stddef.h>

/*
 * So many bytes of zeroes, or NULL (FAIL_SYSTEM). They last as long as one of
 * the processes.
 */
void *shared_memory(size_t size);

#endif
