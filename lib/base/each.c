/* SPDX-License-Identifier: ISC */
#include "base/each.h"

#include <assert.h>

#include "base/ring.h"

/* What a ring of numbers needs to know. */
struct each {
	size_t next, count;
	void (*call)(void *context, size_t number);
	void *context;
};

static int
next_number(void *context, void *slot)
{
	struct each *each = context;

	if (each->next == each->count)
		return 0;
	*(size_t *)slot = each->next++;
	return 1;
}

static int
call_number(void *context, void *slot)
{
	struct each *each = context;

	each->call(each->context, *(size_t *)slot);
	return 0;
}

static int
pass(void *context, void *slot)
{
	(void)context;
	(void)slot;
	return 0;
}

int
each_run(size_t count, unsigned at_once,
    void (*call)(void *context, size_t number), void *context)
{
	struct each each = {.count = count, .call = call, .context = context};
	size_t slots[EACH_AT_ONCE];
	struct ring ring = {
	    .context = &each,
	    .slots = slots,
	    .slot_size = sizeof slots[0],
	    .count = at_once < count ? at_once : count,
	    .fill = next_number,
	    .work = call_number,
	    .drain = pass,
	};

	assert(at_once <= EACH_AT_ONCE);
	ring.workers = (unsigned)ring.count;
	return count > 0 ? ring_run(&ring) : 0;
}
