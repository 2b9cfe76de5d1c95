/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_GATHER_H
#define HEALTH_GATHER_H

/* One look: all peers asked side by side, the backups held against that. */

#include "health/facts.h"

struct roster;
struct secret;

struct look {
	const struct roster *roster;
	const struct secret *scalar; /* the identity that peers see */
	struct digest owner;	     /* whose backups */
	size_t last;		     /* so many of the newest; 0: all */
};

/*
 * Fill `facts` (now, peer and backup; the rest stays). A peer that fails is a
 * fact; -1 only when the look itself cannot be had. The roster must outlive
 * the facts.
 */
int gather(const struct look *look, struct facts *facts);

#endif
