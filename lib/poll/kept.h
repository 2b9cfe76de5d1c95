/* SPDX-License-Identifier: ISC */
#ifndef POLL_KEPT_H
#define POLL_KEPT_H

/*
 * The certificates that this machine has come across: those of its own polls,
 * and those that it has acted on. A file each, `OWNER/TIME` in a folder of the
 * configuration, so that what they say of the past is what was sealed then,
 * and no record of our own. They may be lost without harm: then nothing is
 * known to have been silent for long.
 *
 * The two newest are kept, and of those before them one in KEPT_APART, at
 * most KEPT_MOST together: enough to look back over more than three days.
 */

#include "base/bytes.h"

#define KEPT_MOST 16
#define KEPT_APART 21600 /* seconds: 6 h */

struct kept {
	uint64_t time[KEPT_MOST]; /* of the tallies, the newest first */
	size_t count;
};

/* Keep one; what is there of that time is taken over. */
int kept_add(const char *folder, const struct digest *owner, uint64_t time,
    struct span certificate);

/* What there is; none where there is no folder. */
void kept_list(const char *folder, const struct digest *owner,
    struct kept *kept);

/* Append one of them. */
int kept_read(const char *folder, const struct digest *owner, uint64_t time,
    struct buf *certificate);

#endif
