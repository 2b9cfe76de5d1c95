/* SPDX-License-Identifier: ISC */
#ifndef XFER_DISK_H
#define XFER_DISK_H

/*
 * A store on a disk that may never answer: its server is dead, its cable is
 * half out. No read or write of such a disk can be ended from here, so each
 * call is made in a thread of its own. One that takes longer than a disk may
 * is given up, and with it the disk, for good; its thread, and the memory that
 * the call works in, stay behind until the process ends.
 */

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

struct disk;
struct holder;

/* Fails as store_open and store_begin do; `holder` is whose disk is named. */
struct disk *disk_open(struct holder *holder, const char *path,
    enum store_mode mode);

/* The store, to be set up before the first call. */
struct store *disk_store(struct disk *disk);

/*
 * Have `call` made with a copy of the `size` bytes at `arguments`, which are
 * what the call has left of them when it returns. DISK_HANGS (FAIL_SYSTEM) when
 * it was given up: then they are as they were, and what they point to is the
 * thread's for ever. Each call after that is -1.
 */
#define DISK_HANGS -2
int disk_do(struct disk *disk,
    int (*call)(struct store *store, void *arguments), void *arguments,
    size_t size);

/* In a call, around what belongs to who waits for it. False: he has left. */
bool disk_enter(struct disk *disk);
void disk_leave(struct disk *disk);

/* What hangs stays open. */
void disk_close(struct disk *disk);

#endif
