/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_VERDICT_H
#define HEALTH_VERDICT_H

/*
 * The facts judged: named checks, each with what is wrong and the one command
 * that would mend it, or why no command does. A pure function, so that every
 * case is tested without a network. Only what the reader can do something about
 * is a warning.
 */

#include "health/check.h"
#include "health/facts.h"

struct check {
	enum check_name name;
	enum severity severity;
	bool muted;
	char text[256];	       /* what is wrong */
	char fix[REMEDY_TEXT]; /* a command that mends it, or "" */
	char by_hand[160];     /* what no command does, or "" */
};

struct verdict {
	enum severity severity; /* the worst that is not muted */
	char summary[256];	/* enough to read on its own */
	struct check check[CHECK_COUNT];
	size_t count; /* in the order of their names */
};

/* `muted`: a bit for each check that shall not count. */
void verdict_reach(struct verdict *verdict, const struct facts *facts,
    uint32_t muted);

#endif
