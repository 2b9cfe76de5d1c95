/* SPDX-License-Identifier: ISC */
#ifndef SERVE_LINES_H
#define SERVE_LINES_H

/*
 * How many lines of a daemon's log each peer may fill, over all of its
 * connections, and all strangers together: so many a minute, and then they are
 * counted, so that nobody fills a disk and nothing vanishes untold.
 *
 * - What moves LINES_BYTES always has its line, which is a hundredth of it.
 * - Of smaller puts and gets that went well: LINES_DEEDS a minute of each.
 * - Of drops; of all else that went well; of what was refused; and of what
 *   failed: LINES_WORDS a minute of each. So none of these drowns another.
 *
 * A peer that does its worst causes 24 lines a second, some 300 MB a day, and
 * one that backs up shards of a usual size has each of them in the log.
 * Strangers have LINES_WORDS a minute for everything, and as many for tokens
 * that were taken, so that a crowd at the door does not hide who came in. Times
 * are those of event_clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/message.h"

#define LINES_BYTES 16384
#define LINES_DEEDS 600
#define LINES_WORDS 60 /* one a second: enough to see who it is, and what */

struct lines;
struct lines_share;

/* What a line is about: a verb, or one of these, and how it ended. */
enum {
	LINES_CONNECT = VERB_COUNT,
	LINES_DISCONNECT,
	LINES_WHAT
};

enum lines_end {
	LINES_WELL,
	LINES_REFUSED,
	LINES_FAILED,
	LINES_ENDS
};

struct lines_kind {
	unsigned what;
	enum lines_end end;
};

/* Shared memory. NULL (FAIL_SYSTEM) when there is none. */
struct lines *lines_open(void);

/*
 * A peer's share, the same for all processes; `id` NULL: that of strangers,
 * which is also for peers beyond as many as a roster has. NULL has all lines.
 */
struct lines_share *lines_share(struct lines *lines, const struct digest *id);

/* Whether this one gets a line; otherwise it is counted, with its bytes. */
bool lines_tell(struct lines_share *share, struct lines_kind kind,
    uint64_t bytes, uint64_t now_ms);

/* What had no line: `id` is NULL for strangers. */
struct lines_untold {
	const struct digest *id;
	struct lines_kind kind;
	uint64_t count, bytes;
};

/*
 * Call `each` for all that had none since the last time: at the end, or when
 * a minute is over. For one process.
 */
void lines_sum_up(struct lines *lines, uint64_t now_ms, bool at_end,
    void (*each)(void *context, const struct lines_untold *untold),
    void *context);

#endif
