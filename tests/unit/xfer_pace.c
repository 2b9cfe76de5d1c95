/* SPDX-License-Identifier: ISC */
/* What is learned of a holder's speed, and what is expected of it then. */
#include "xfer/pace.h"

#include <math.h>

#include "check.h"

#define MIB 1048576

static bool
near(double value, double wanted)
{
	return fabs(value - wanted) <= wanted * 0.05;
}

/* `count` answers of `size` bytes, one after the other, each in `seconds`. */
static double
answer(struct pace *pace, double now, int count, size_t size, double seconds)
{
	size_t ahead;

	while (count-- > 0) {
		pace_asked(pace, now, size, &ahead);
		pace_answered(pace, now + seconds, now, size, ahead, size);
		now += seconds;
	}
	return now;
}

static void
test_learn(void)
{
	struct pace pace = {0};
	double now = 100;

	check(pace_cost(&pace, now, MIB) < 1e-3, "who is new is worth a try");
	now = answer(&pace, now, 50, 1000, 0.03);
	check(near(pace_cost(&pace, now, 0), 0.03), "the round trip is %f",
	    pace_cost(&pace, now, 0));
	now = answer(&pace, now, 50, MIB, 0.13);
	check(near(pace_cost(&pace, now, MIB), 0.13) &&
		near(pace_cost(&pace, now, 2 * MIB), 0.23),
	    "the speed is %f", pace_cost(&pace, now, MIB));
	now = answer(&pace, now, 50, MIB, 1.03);
	check(near(pace_cost(&pace, now, MIB), 1.03), "it is %f when slower",
	    pace_cost(&pace, now, MIB));
	check(near(pace_cost(&pace, now + 10, MIB), 1.03 / 2) &&
		near(pace_cost(&pace, now + 100, MIB), 1.03 / 11),
	    "what was learned is not forgotten");
}

/* Four in line take as long as one after the other. */
static void
test_line(void)
{
	struct pace pace = {0};
	double now = 100, began, late[4];
	size_t ahead[4], i;

	answer(&pace, now - 5, 50, MIB, 0.1);
	for (i = 0; i < 4; i++) {
		check(near(pace_cost(&pace, now, MIB), 0.1 * (double)(i + 1)),
		    "%zu in line cost %f", i, pace_cost(&pace, now, MIB));
		late[i] = pace_asked(&pace, now, MIB, &ahead[i]);
		check(i == 0 || late[i] > late[i - 1], "it waits for others");
	}
	check(late[0] > now + 0.1 && late[3] < now + 10, "late at %f, %f",
	    late[0], late[3]);
	began = now;
	for (i = 0; i < 4; i++)
		pace_answered(&pace, now += 0.1, began, MIB, ahead[i], MIB);
	check(pace.open == 0 && pace.in_line == 0, "some are still in line");
	check(near(pace_cost(&pace, now, MIB), 0.1), "it is thought slower: %f",
	    pace_cost(&pace, now, MIB));
}

static void
test_silence(void)
{
	struct pace pace = {0};
	size_t ahead;

	answer(&pace, 50, 10, MIB, 0.01);
	check(pace_silence(&pace, 100) == 0, "it owes nothing");
	pace_asked(&pace, 100, MIB, &ahead);
	pace_asked(&pace, 101, MIB, &ahead);
	check(pace_silence(&pace, 103) == 3, "it owes an answer since then");
	check(pace_cost(&pace, 103, MIB) == 3, "silence costs its time");
	pace_answered(&pace, 104, 100, MIB, 0, MIB);
	check(pace_silence(&pace, 105) == 1, "another one since the last");
}

int
main(void)
{
	test_learn();
	test_line();
	test_silence();
	return failures != 0;
}
