/* SPDX-License-Identifier: ISC */
/* What goes at a rate: one piece at once, the next when it is paid for. */
#include "base/rate.h"

#include <time.h>

#include "check.h"

#define MS 1000000

static void
test_rule(void)
{
	struct rate rate;
	int64_t now = 7000 * (int64_t)MS, waited = 0;
	int i;

	rate_init(&rate, 1000);
	check(rate_wait(&rate, now, 500) == 0, "the first goes at once");
	check(rate_wait(&rate, now, 250) == 500 * MS, "the next is late");
	check(rate_wait(&rate, now + 100 * MS, 1) == 650 * MS, "both count");
	now += 60000 * (int64_t)MS;
	check(rate_wait(&rate, now, 1000) == 0 &&
		rate_wait(&rate, now, 1000) == 1000 * MS,
	    "a pause is no credit");
	now += 60000 * (int64_t)MS;
	for (i = 0; i < 1000; i++)
		now += waited = rate_wait(&rate, now, 10);
	check(now == (60000 + 67000 + 999 * 10) * (int64_t)MS,
	    "%lld ms for 10 kB", (long long)now / MS);
}

static void *
take_some(void *rate)
{
	int i;

	for (i = 0; i < 5; i++)
		rate_take(rate, 100);
	return NULL;
}

/* Threads share it: 2000 bytes less the first 100, at 10 kB a second. */
static void
test_threads(void)
{
	struct timespec start, end;
	pthread_t thread[4];
	struct rate rate;
	int i;

	rate_take(NULL, SIZE_MAX);
	rate_init(&rate, 10000);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < 4; i++)
		must(pthread_create(&thread[i], NULL, take_some, &rate) == 0,
		    "a thread");
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	check((end.tv_sec - start.tv_sec) * 1000 +
		    (end.tv_nsec - start.tv_nsec) / MS >=
		189,
	    "it went too fast");
}

int
main(void)
{
	test_rule();
	test_threads();
	return failures != 0;
}
