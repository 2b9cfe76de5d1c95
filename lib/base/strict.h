/* SPDX-License-Identifier: ISC */
#ifndef BASE_STRICT_H
#define BASE_STRICT_H

/*
 * Files on a disk that may belong to somebody else, as a store's: no symbolic
 * link on a path is followed (openat2(2), RESOLVE_NO_SYMLINKS; where the
 * kernel has none, step by step), and what is opened is a regular file or a
 * folder, so that no pipe or device is waited for. Otherwise FAIL_DATA.
 * All paths have a '/', and folders are made 0700, files 0600.
 */

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>

#define STRICT_ABSENT (-2) /* it is not there; without a message */

/*
 * The same folder, for the functions below: where a user names one he may
 * mean links. What cannot be resolved stays as it is. FAIL_SYSTEM: it is too
 * long.
 */
int strict_resolve(const char *path, char *resolved, size_t size);

/* A regular file, by the flags of open(2): a descriptor, ABSENT or -1. */
int strict_open(const char *path, int flags);

/* Look at one: 0, ABSENT or -1. */
int strict_look(const char *path, struct stat *status);

/* 1: there is such a folder; ABSENT or -1. */
int strict_is_folder(const char *path);

/* For readdir(3). NULL: fail_last says why, or *absent. */
DIR *strict_list(const char *path, bool *absent);

/* mkdir that does not mind when something is there already: 0, ABSENT, -1. */
int strict_make_folder(const char *path);

/* Of names, whatever they are of: 0, ABSENT or -1. */
int strict_rename(const char *from, const char *to);
int strict_unlink(const char *path);

/*
 * The same as strict_rename of what may be anything. A link, pipe or device
 * that may not have the other name, as in a confined process, is removed: 1.
 */
int strict_set_aside(const char *from, const char *to);

/* What must be there: a result of these, ABSENT made -1 with a message. */
int strict_must(int result, const char *path);

/*
 * fsync, by a descriptor of its own: what could not be written since is told to
 * whoever syncs first. 0 or -1.
 */
int strict_sync(const char *path);
int strict_sync_folder(const char *path);

#endif
