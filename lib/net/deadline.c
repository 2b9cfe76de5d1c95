/* SPDX-License-Identifier: ISC */
#include "net/deadline.h"

#include <limits.h>

#include "base/clock.h"

static int64_t
now_ms(void)
{
	return (int64_t)(clock_us() / 1000);
}

int64_t
deadline_in(int timeout_ms)
{
	return timeout_ms < 0 ? INT64_MAX : now_ms() + timeout_ms;
}

int
deadline_left(int64_t deadline)
{
	int64_t left;

	if (deadline == INT64_MAX)
		return -1;
	left = deadline - now_ms();
	if (left < 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}
