/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <time.h>

uint64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

double
clock_now(void)
{
	return (double)clock_us() * 1e-6;
}
