/* SPDX-License-Identifier: ISC */
#ifndef FIND_ASK_H
#define FIND_ASK_H

/*
 * Sources side by side, each a process of its own that writes found records
 * to a pipe: one that hangs, floods or crashes costs the others nothing. Our
 * own are functions in a child, the user's are commands.
 */

#include "base/fail.h"
#include "format/found_read.h"

struct source {
	enum found_source kind;
	const char *name;    /* in messages */
	const char *via;     /* for all its records; NULL: they say it */
	const char *command; /* for /bin/sh, or NULL and ... */

	/* ... write records to `out`; -1 with the reason why no more come. */
	int (*run)(const struct source *source, int out);
	const void *options; /* its own */

	int again_ms; /* ask again so long after its end; 0: once */
	bool endless; /* it does not end, and says itself what is gone */
};

/* How a source writes one. -1: nobody reads any more. */
int source_tell(int out, const struct found *found);

struct ask {
	const struct source *source;
	size_t count;
	int wait_ms; /* for a source to end; then it is ended */

	/*
	 * A record of a source, with its kind, via and time, as found_read
	 * calls it; heeded are LIMIT_FOUND_RECORDS of each round.
	 */
	int (*each)(void *context, const struct source *source,
	    struct found *found);

	/* A round that began then is over in good order; or NULL. */
	int (
	    *round)(void *context, const struct source *source, uint64_t began);
	void *context;
};

/*
 * Run all of them to the end, or until `each` has enough. A source that fails
 * is warned about. 0, or -1: `each` failed, or the system.
 */
int ask_run(const struct ask *ask);

#endif
