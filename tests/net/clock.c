/* SPDX-License-Identifier: ISC */

/*
 * Preloaded: the clock of the wall is $CLOCK_AHEAD seconds ahead. Static
 * programs see it through qemu, which asks libc for the time.
 */

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	const char *ahead = getenv("CLOCK_AHEAD");
	int result = (int)syscall(SYS_clock_gettime, clock, now);

	if (result == 0 && clock == CLOCK_REALTIME && ahead != NULL)
		now->tv_sec += atol(ahead);
	return result;
}

int
gettimeofday(struct timeval *to, void *zone)
{
	struct timespec now = {0};
	int result = clock_gettime(CLOCK_REALTIME, &now);

	(void)zone;
	to->tv_sec = now.tv_sec;
	to->tv_usec = now.tv_nsec / 1000;
	return result;
}

time_t
time(time_t *to)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	if (to != NULL)
		*to = now.tv_sec;
	return now.tv_sec;
}
