/* SPDX-License-Identifier: ISC */
#ifndef XFER_LAG_H
#define XFER_LAG_H

/*
 * Who keeps all others waiting: how long it took, after everybody before it
 * had answered, until a holder said which shards it has. Only answers count
 * that it could have given at once, with nothing of ours before them in the
 * line: a slow wire is no fault, and what is on its way there takes its time.
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct holders;

/* All zero at first. */
struct lag {
	atomic_uint busy;	 /* puts under way */
	atomic_uint answers;	 /* that count, ... */
	atomic_uint_fast64_t us; /* ... the time in which any was waited for, */
	atomic_uint_fast64_t until; /* and when that was looked at last */
};

/* One that counts has come, and somebody has waited for it since `began_us`. */
void lag_note(struct lag *lag, uint64_t began_us);

/*
 * Lose the one for which as long was waited as for a dead one, if its answers
 * take a second each, or more, and `enough` others take shards.
 */
void lag_judge(struct holders *holders, size_t enough);

#endif
