/* SPDX-License-Identifier: ISC */
/* A function for each of a list: each once, and not too many at once. */
#include "base/each.h"

#include <pthread.h>
#include <unistd.h>

#include "check.h"

static unsigned times[100];
static unsigned running, most;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

static void
count_number(void *context, size_t number)
{
	check(context == times, "another context");
	pthread_mutex_lock(&counting);
	times[number]++;
	if (++running > most)
		most = running;
	pthread_mutex_unlock(&counting);
	usleep(1000);
	pthread_mutex_lock(&counting);
	running--;
	pthread_mutex_unlock(&counting);
}

/* Each number below `count` once, and no more at once than was said. */
static void
test_each(size_t count, unsigned at_once)
{
	size_t i;

	memset(times, 0, sizeof times);
	most = 0;
	check(each_run(count, at_once, count_number, times) == 0, "each");
	for (i = 0; i < COUNT(times); i++)
		check(times[i] == (i < count), "%zu of %zu: %u times", i, count,
		    times[i]);
	check(most <= at_once && (most > 0) == (count > 0), "%u at once", most);
}

int
main(void)
{
	alarm(60); /* a run that hangs has failed */
	test_each(0, 4);
	test_each(1, 4);
	test_each(4, EACH_AT_ONCE);
	test_each(100, 8);
	return failures != 0;
}
