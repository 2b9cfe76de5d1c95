/* SPDX-License-Identifier: ISC */

/* A call for each of the holders; for whom it takes long is told. */

#include "base/clock.h"
#include "base/each.h"
#include "base/log.h"
#include "base/ticker.h"
#include "peer/roster.h"
#include "xfer/holder.h"

#define AT_ONCE 16 /* holders that are opened or synced side by side */

#define TICK_MS 1000
#define PATIENCE_US 10000000 /* a disk in standby may spin up first */

struct each {
	struct holders *holders;
	void (*call)(void *context, struct holder *holder);
	void *context;
};

static void
call_holder(void *context, size_t number)
{
	struct each *each = context;
	struct holder *holder = &each->holders->holder[number];

	atomic_store(&holder->called, clock_us());
	each->call(each->context, holder);
	atomic_store(&holder->called, 0);
}

/* Who keeps all others waiting, once in a run. */
static void
tell_slow(void *context)
{
	struct holders *holders = context;
	struct holder *holder;
	uint64_t called;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		called = atomic_load(&holder->called);
		if (called > 0 && clock_us() >= called + PATIENCE_US &&
		    !atomic_exchange(&holder->told, true))
			log_line(LOG_NOTE, "waiting for peer '%s'",
			    holder->peer->name);
	}
}

int
holders_each(struct holders *holders,
    void (*call)(void *context, struct holder *holder), void *context)
{
	struct each each = {holders, call, context};
	struct ticker *ticker = ticker_start(TICK_MS, tell_slow, holders);
	int result = each_run(holders->count, AT_ONCE, call_holder, &each);

	ticker_stop(ticker);
	return result;
}
