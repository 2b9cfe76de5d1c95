/* SPDX-License-Identifier: ISC */
/*
 * A ring drains in the order of filling, and stops at the failing slot:
 * all before it are drained, none after it, whatever stage fails, with any
 * number of slots and workers. A fill that blocks for ever is no obstacle.
 */
#include "base/ring.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "check.h"

#define NEVER 99
#define LENGTH 8
#define SLOTS 6

struct slot {
	unsigned number;
	int stage; /* 0 empty, 1 filled, 2 worked on */
};

struct run {
	unsigned filled, drained;
	unsigned bad_fill, bad_work, bad_drain; /* which one fails */
	int blocking; /* what fill reads from, or -1 */
};

static void
wait_a_little(void)
{
	static _Atomic unsigned seed = 1;
	unsigned turns = (seed = seed * 1103515245 + 12345) >> 16 & 7;

	while (turns-- > 0)
		sched_yield();
}

static int
fill(void *context, void *to)
{
	struct run *run = context;
	struct slot *slot = to;
	char byte;

	wait_a_little();
	if (run->filled == run->bad_fill)
		return fail(FAIL_DATA, "fill %u", run->filled);
	if (run->filled == LENGTH)
		return run->blocking < 0 ? 0
					 : (int)read(run->blocking, &byte, 1);
	check(slot->stage == 0, "slot %u is filled at stage %d", run->filled,
	    slot->stage);
	*slot = (struct slot){run->filled++, 1};
	return 1;
}

static int
work(void *context, void *at)
{
	const struct run *run = context;
	struct slot *slot = at;

	wait_a_little();
	check(slot->stage++ == 1, "slot %u is worked on twice", slot->number);
	return slot->number == run->bad_work
	    ? fail(FAIL_NO, "work %u", slot->number)
	    : 0;
}

static int
drain(void *context, void *from)
{
	struct run *run = context;
	struct slot *slot = from;

	check(slot->number == run->drained && slot->stage == 2,
	    "slot %u is drained at stage %d instead of %u", slot->number,
	    slot->stage, run->drained);
	slot->stage = 0;
	if (slot->number == run->bad_drain)
		return fail(FAIL_SYSTEM, "drain %u", slot->number);
	run->drained++;
	return 0;
}

static int
run_ring(struct run *run, size_t slots, unsigned workers)
{
	struct slot slot[SLOTS] = {{0}};
	struct ring ring = {run, slot, sizeof *slot, slots, workers, fill, work,
	    drain};

	fail(FAIL_USAGE, "nothing");
	return ring_run(&ring);
}

/* What the first failure of a run must be: of its slot, at its stage. */
static void
test_run(struct run run, size_t slots, unsigned workers)
{
	unsigned stop = run.bad_fill;
	const char *stage = "fill";
	char words[32];
	int result;

	if (run.bad_work < stop) {
		stop = run.bad_work;
		stage = "work";
	}
	if (run.bad_drain < stop) {
		stop = run.bad_drain;
		stage = "drain";
	}
	result = run_ring(&run, slots, workers);
	snprintf(words, sizeof words, "%s %u", stage, stop);
	check(run.drained == (stop < LENGTH ? stop : LENGTH),
	    "%zu slots, %u workers, %s: %u are drained", slots, workers, words,
	    run.drained);
	if (stop == NEVER)
		check(result == 0, "%s", fail_last()->text);
	else
		check_fails(result,
		    *stage == 'f'	? FAIL_DATA
			: *stage == 'w' ? FAIL_NO
					: FAIL_SYSTEM,
		    words, "a failing run");
}

static void
test_all(size_t slots, unsigned workers)
{
	unsigned i, j;

	test_run((struct run){0, 0, NEVER, NEVER, NEVER, -1}, slots, workers);
	for (i = 0; i < LENGTH; i++) {
		test_run((struct run){0, 0, i, NEVER, NEVER, -1}, slots,
		    workers);
		test_run((struct run){0, 0, NEVER, i, NEVER, -1}, slots,
		    workers);
		test_run((struct run){0, 0, NEVER, NEVER, i, -1}, slots,
		    workers);
	}
	for (i = 0; i < LENGTH; i += 3)
		for (j = 0; j < LENGTH; j++)
			if (i != j)
				test_run((struct run){0, 0, i, j,
					     (i + j) % LENGTH == i ||
						     (i + j) % LENGTH == j
						 ? NEVER
						 : (i + j) % LENGTH,
					     -1},
				    slots, workers);
	test_run((struct run){0, 0, LENGTH, NEVER, NEVER, -1}, slots, workers);
}

/* A fill that sits in read(2) of a pipe that nobody writes to. */
static void
test_cancel(size_t slots, unsigned workers)
{
	struct run run = {0, 0, NEVER, NEVER, LENGTH - 1, -1};
	int end[2];

	must(pipe(end) == 0, "pipe");
	run.blocking = end[0];
	check_fails(run_ring(&run, slots, workers), FAIL_SYSTEM, "drain 7",
	    "a drain fails behind a blocked fill");
	run = (struct run){0, 0, NEVER, LENGTH - 1, NEVER, end[0]};
	check_fails(run_ring(&run, slots, workers), FAIL_NO, "work 7",
	    "a worker fails behind a blocked fill");
	close(end[0]);
	close(end[1]);
}

static void
test_processors(void)
{
	cpu_set_t set, one;

	must(sched_getaffinity(0, sizeof set, &set) == 0, "affinity");
	check(ring_processors() == (unsigned)CPU_COUNT(&set), "processors");
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		return;
	check(ring_processors() == 1, "one processor");
	sched_setaffinity(0, sizeof set, &set);
}

int
main(void)
{
	unsigned workers;
	size_t slots;

	alarm(60); /* a run that hangs has failed */
	for (slots = 1; slots <= SLOTS; slots++)
		for (workers = 1; workers <= 4; workers++) {
			test_all(slots, workers);
			test_cancel(slots, workers);
		}
	test_processors();
	return failures != 0;
}
