/* SPDX-License-Identifier: ISC */
#ifndef BASE_EACH_H
#define BASE_EACH_H

/* A function for each thing of a list, several at once. */

#include <stddef.h>

#define EACH_AT_ONCE 64

/*
 * Call `call` for the numbers below `count`, begun in their order, `at_once`
 * of them (EACH_AT_ONCE at most) side by side. -1 only without memory or
 * threads.
 */
int each_run(size_t count, unsigned at_once,
    void (*call)(void *context, size_t number), void *context);

#endif
