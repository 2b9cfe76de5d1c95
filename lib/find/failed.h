/* SPDX-License-Identifier: ISC */
#ifndef FIND_FAILED_H
#define FIND_FAILED_H

/*
 * A lookup that failed is not made again for a minute (RFC 2308 calls it
 * negative caching): why it failed stands in a file of its own, whose time is
 * when. That the file cannot be written or read is no failure.
 */

#include <stdint.h>

#define FAILED_AGAIN 60 /* seconds */

/* Fail as the lookup did less than FAILED_AGAIN seconds before `now`; or 0. */
int failed_lately(const char *path, uint64_t now);

/* Note how it went: the failure of fail_last() if that is -1. */
void failed_note(const char *path, int result);

#endif
