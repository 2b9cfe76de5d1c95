/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SCRUB_H
#define SERVE_SCRUB_H

/*
 * A holder reads its whole store from time to time, slowly, in a process of
 * its own that gives way to all others: a pass takes as long as the time
 * between two, at most a fifth of what the disk can do, and goes on where it
 * was when the holder was started anew. What has rotted is logged and set
 * aside (store/damaged.h).
 */

#include <stdint.h>
#include <sys/types.h>

struct daemon;

/*
 * Start a pass, or go on with one, if that is due: its process; 0 if it is
 * not. `since` is how many seconds ago it was started last, or the holder.
 */
pid_t scrub_start(const struct daemon *daemon, uint64_t since);

#endif
