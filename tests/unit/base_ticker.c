/* SPDX-License-Identifier: ISC */
/* A ticker ticks until it is stopped, and not once more. */
#include "base/ticker.h"

#include <stdatomic.h>
#include <unistd.h>

#include "check.h"

static atomic_int ticks;

static void
tick(void *context)
{
	(void)context;
	ticks++;
}

int
main(void)
{
	struct ticker *ticker = ticker_start(1, tick, NULL);
	int i, seen;

	must(ticker != NULL, "start");
	for (i = 0; i < 10000 && ticks < 5; i++)
		usleep(1000);
	check(ticks >= 5, "%d ticks", ticks);
	ticker_stop(ticker);
	seen = ticks;
	usleep(20000);
	check(ticks == seen, "it ticks on");

	/* one that has not ticked yet is stopped at once */
	ticker = ticker_start(1000000, tick, NULL);
	must(ticker != NULL, "start");
	ticker_stop(ticker);
	check(ticks == seen, "a tick too early");
	ticker_stop(NULL);
	return failures != 0;
}
