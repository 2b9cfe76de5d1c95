/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_HISTORY_H
#define HEALTH_HISTORY_H

/*
 * What earlier looks have seen, so that "down" can be told from "down for
 * three days", and which checks the user does not want to hear of for a while.
 * A small text file that may be lost without harm:
 *
 *     peer SEEN SINCE NAME      up last, and missed first; 0: never
 *     day DAY UP DOWN REFUSED LATE WRONG NAME   how often so, that day
 *     mute UNTIL CHECK
 */

#include "health/check.h"
#include "health/facts.h"

struct history_peer {
	char *name;
	uint64_t seen, since;
};

/* What the looks of one day (since 1970, in UTC) have found of a peer. */
struct history_day {
	char *name;
	uint64_t day, looks[LOOK_KINDS];
};

struct history {
	struct history_day *day;
	size_t days;
	struct history_peer *peer;
	size_t peers;
	uint64_t muted[CHECK_COUNT]; /* until then */
};

/* A file that is not there, or a line that is not right, has seen nothing. */
void history_load(const char *path, struct history *history);
void history_release(struct history *history);

/* Tell the facts what was seen before. */
void history_tell(const struct history *history, struct facts *facts);

/* Make a file of the facts, and of the mutes that are still in force. */
int history_save(const char *path, const struct history *history,
    const struct facts *facts);

/* A bit for each check that is muted. */
uint32_t history_muted(const struct history *history, uint64_t now);

/* Mute as "NAME=SPAN" says, 0 for no longer. FAIL_USAGE. */
int history_mute(struct history *history, const char *text, uint64_t now);

#endif
