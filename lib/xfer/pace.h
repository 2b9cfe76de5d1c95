/* SPDX-License-Identifier: ISC */
#ifndef XFER_PACE_H
#define XFER_PACE_H

/*
 * How fast a holder answers, learned from its own answers: small ones tell
 * the round trip, large ones what a byte takes beyond it; both smoothed. A
 * holder answers in the order of asking, so an answer takes the time of all
 * that is in line before it, too.
 *
 * Times are seconds of any clock that does not go back.
 */

#include <stddef.h>

/* All zero: nothing is known yet. */
struct pace {
	double round_trip; /* 0: not known */
	double per_byte;   /* 0: not known */
	unsigned open;	   /* questions that are not answered */
	size_t in_line;	   /* bytes that they are about */
	double since;	   /* the last answer, or the first question since */
};

/*
 * `bytes` are asked for: returns when the answer is late, several times over
 * what it should take. `ahead` is what pace_answered wants to know.
 */
double pace_asked(struct pace *pace, double now, size_t bytes, size_t *ahead);

/* The `got` bytes that were asked for at `began` have come. */
void pace_answered(struct pace *pace, double now, double began, size_t bytes,
    size_t ahead, size_t got);

/*
 * What `bytes` more are likely to take. Who has not been asked for long is
 * thought better of, so that what was learned in a bad moment does not last.
 */
double pace_cost(const struct pace *pace, double now, size_t bytes);

/* For how long there was no answer although one is due. */
double pace_silence(const struct pace *pace, double now);

#endif
