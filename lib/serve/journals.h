/* SPDX-License-Identifier: ISC */
#ifndef SERVE_JOURNALS_H
#define SERVE_JOURNALS_H

/*
 * Journals of polls as files of a folder, one for each poller: nobody else
 * reads or writes one between its being read and its lasting on the disk.
 */

#include "vote/journal.h"

/*
 * Let `step` work on the journal, and make it last; -1 when `step` returns
 * that, and then the file stays as it was.
 */
int journals_step(const char *folder, const struct digest *poller,
    int (*step)(void *context, struct journal *journal), void *context);

/* Read one as it is now; a zeroed one takes it, and must be released. -1. */
int journals_read(const char *folder, const struct digest *poller,
    struct journal *journal);

/*
 * How many polls of other pollers are under way. For a `step`: nobody begins
 * one meanwhile. What cannot be read is none, but
 * a folder that cannot be read to its end has any number: SIZE_MAX.
 */
size_t journals_under_way(const char *folder, const struct digest *poller,
    uint64_t now);

#endif
