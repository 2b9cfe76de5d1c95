/* SPDX-License-Identifier: ISC */
#include "xfer/pace.h"

#define SMALL 4096	/* bytes that take no time of their own */
#define UNKNOWN 1e-7	/* seconds a byte, before anything is measured */
#define SMOOTHING 0.125 /* weight of a new sample */
#define LATE_TIMES 4	/* late after so many times what was expected ... */
#define LATE_LEAST 0.25 /* ... plus so many seconds */
#define FORGET 10.0	/* half-life of what was learned, in seconds */

static double
smooth(double old, double new)
{
	return old == 0 ? new : old + (new - old) * SMOOTHING;
}

static double
expect(const struct pace *pace, size_t bytes)
{
	double per_byte = pace->per_byte > 0 ? pace->per_byte : UNKNOWN;

	return pace->round_trip + per_byte * (double)(pace->in_line + bytes);
}

double
pace_asked(struct pace *pace, double now, size_t bytes, size_t *ahead)
{
	double late = now + LATE_LEAST + LATE_TIMES * expect(pace, bytes);

	if (pace->open++ == 0)
		pace->since = now;
	*ahead = pace->in_line;
	pace->in_line += bytes;
	return late;
}

void
pace_answered(struct pace *pace, double now, double began, size_t bytes,
    size_t ahead, size_t got)
{
	double rest = now - began - pace->round_trip;

	pace->since = now;
	pace->open--;
	pace->in_line -= bytes;
	if (ahead + got <= SMALL)
		pace->round_trip = smooth(pace->round_trip, now - began);
	else if (rest > 0)
		pace->per_byte =
		    smooth(pace->per_byte, rest / (double)(ahead + got));
}

double
pace_cost(const struct pace *pace, double now, size_t bytes)
{
	double cost = expect(pace, bytes), silence = pace_silence(pace, now);

	if (pace->round_trip == 0 && pace->per_byte == 0)
		cost = 0; /* who is new is worth a try */
	if (pace->open == 0)
		cost /= 1 + (now - pace->since) / FORGET;
	return cost > silence ? cost : silence;
}

double
pace_silence(const struct pace *pace, double now)
{
	return pace->open > 0 ? now - pace->since : 0;
}
