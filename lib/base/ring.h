/* SPDX-License-Identifier: ISC */
#ifndef BASE_RING_H
#define BASE_RING_H

/*
 * Work on all cores that comes out in order. A ring has a fixed number of
 * slots; one thread fills them one after the other, several work on them at
 * once, and the calling thread drains them in the order of filling. Memory is
 * the slots, whatever the length of the stream.
 *
 *     fill -> [ ][ ][ ][ ][ ][ ] -> drain
 *               work  work
 *
 * A failure takes its slot's place in the order: every slot before it is
 * still drained, none after it, so where a run stops does not depend on which
 * thread was faster.
 */

#include <stddef.h>

struct ring {
	void *context;	  /* handed to the three functions */
	void *slots;	  /* an array of `count` slots ... */
	size_t slot_size; /* ... of this many bytes each */
	size_t count;
	unsigned workers;

	/*
	 * Put the next thing into `slot`: 1, 0 when there is none left, -1.
	 * May block (it is cancelled when the run fails elsewhere, so between
	 * blocking calls it must not hold a lock).
	 */
	int (*fill)(void *context, void *slot);
	int (*work)(void *context, void *slot);
	int (*drain)(void *context, void *slot);
};

/* Run until the end or the first failure, which is then in the slot. */
int ring_run(const struct ring *ring);

/* How many processors this process may use. */
unsigned ring_processors(void);

#endif
