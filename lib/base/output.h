/* SPDX-License-Identifier: ISC */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

/*
 * A file that a user names, to be written whole and again (metrics, a
 * certificate): what stands there is replaced (file_put), so it may only be a
 * regular file. A device, a pipe or a folder is FAIL_USAGE, and stays as it is;
 * so is "-", which means standard output elsewhere.
 * A link is followed, and stays, too; but one of another user, who may have put
 * it there to have us write where he cannot, is FAIL_USAGE.
 */

#include "base/bytes.h"

/* Whether that may be; to be asked before work begins. 0 or -1. */
int output_check(const char *path);

/* Write it, with mode 0644. */
int output_put(const char *path, struct span bytes);

#endif
