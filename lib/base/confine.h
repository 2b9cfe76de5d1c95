/* SPDX-License-Identifier: ISC */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

/*
 * Giving up what a daemon does not need, before it listens to anyone.
 */

#include "base/bytes.h"

/* Become the user `name` with its groups; for good. FAIL_USAGE: no such. */
int confine_user(const char *name);

/* No program that we start may ever gain a privilege (prctl(2)). */
int confine_privileges(void);

/*
 * From now on this process can only read the files and folders in `readable`,
 * and also change those in `writable`, with all that is below them (Landlock,
 * from Linux 5.19, and to cut files short from 6.2). It can still change modes,
 * owners and times of any file of its user (chmod(2)), which Landlock does not
 * know. Both lists end with NULL; what does not exist is left out. A file that
 * is replaced is another file, which is not allowed. 1; 0 where the kernel has
 * no Landlock.
 */
int confine_files(const char *const *readable, const char *const *writable);

#endif
