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

void
clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

int
clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, double time)
{
	struct timespec until = {.tv_sec = (time_t)time};

	until.tv_nsec = (long)((time - (double)until.tv_sec) * 1e9);
	return pthread_cond_timedwait(cond, lock, &until);
}
