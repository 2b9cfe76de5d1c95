/* SPDX-License-Identifier: ISC */
#include "base/rate.h"

#include <errno.h>
#include <time.h>

#include "base/number.h"

#define SECOND_NS 1000000000
#define RATE_MAX (1ULL << 50)

void
rate_init(struct rate *rate, uint64_t per_second)
{
	*rate = (struct rate){.per_second = per_second};
	pthread_mutex_init(&rate->lock, NULL);
}

int
rate_parse(struct rate *rate, const char *text)
{
	uint64_t per_second;

	if (number_parse("--rate", text, 1, RATE_MAX, &per_second) != 0)
		return -1;
	rate_init(rate, per_second);
	return 0;
}

int64_t
rate_wait(struct rate *rate, int64_t now_ns, size_t size)
{
	double cost = (double)size / (double)rate->per_second;
	int64_t start;

	pthread_mutex_lock(&rate->lock);
	start = rate->paid_ns > now_ns ? rate->paid_ns : now_ns;
	rate->paid_ns = start + (int64_t)(cost * SECOND_NS);
	pthread_mutex_unlock(&rate->lock);
	return start - now_ns;
}

void
rate_take(struct rate *rate, size_t size)
{
	struct timespec now, wait;
	int64_t ns;

	if (rate == NULL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = rate_wait(rate, now.tv_sec * (int64_t)SECOND_NS + now.tv_nsec,
	    size);
	wait.tv_sec = ns / SECOND_NS;
	wait.tv_nsec = ns % SECOND_NS;
	while (nanosleep(&wait, &wait) != 0 && errno == EINTR)
		;
}
