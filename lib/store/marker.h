/* SPDX-License-Identifier: ISC */
#ifndef STORE_MARKER_H
#define STORE_MARKER_H

/*
 * The file that makes a folder a store: what it is, its version, and a random
 * name. An unmounted disk is a folder without it, so reading never makes one,
 * and writing only where nothing else is.
 */

#include "store/store.h"

/*
 * The marker of the store at `path`, open for reading and locking; its name
 * goes to `name`. With STORE_WRITE an empty folder becomes a store. -1:
 * FAIL_DATA when the folder is something else.
 *
 * What has an owner's folder was a store, whatever its marker is: how to make
 * that anew is the hint then. With STORE_RESCUE the folder itself is opened,
 * and a warning told: all in it proves itself by its name, and its own is made
 * up of where it is.
 */
int marker_open(const char *path, enum store_mode mode, struct digest *name);

/* FAIL_SYSTEM when the marker is gone: another disk, or none, is there. */
int marker_check(const char *path);

/* Remove what is left of markers that were never finished. */
int marker_tidy(const char *path);

#endif
