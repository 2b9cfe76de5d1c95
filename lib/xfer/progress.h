/* SPDX-License-Identifier: ISC */
#ifndef XFER_PROGRESS_H
#define XFER_PROGRESS_H

/*
 * How far a send is, for whoever sits at the terminal: bytes and rate, the
 * time that is left if the size of the stream is known, and for each peer
 * what it took, or why it is lost. Redrawn four times a second by a thread of
 * its own, in place, and gone at the end.
 */

#include <stdatomic.h>

#include "xfer/holder.h"

struct progress;

/*
 * Show it on stderr, if that is a terminal and people shall be told. `in` is
 * what is read; so many of its bytes are `placed`. NULL: it is not shown.
 */
struct progress *progress_start(struct holders *holders, int in,
    const atomic_ullong *placed);

/* Erase it. Nothing else may be told on the terminal before. */
void progress_stop(struct progress *progress);

#endif
