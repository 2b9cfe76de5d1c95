/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_POLLS_H
#define HEALTH_POLLS_H

/*
 * What polls and audits have come to, as this machine has kept it: the newest
 * certificate (poll/kept.h), the last audit of each peer (poll/audited.h), and
 * the last receipt (xfer/receipted.h). Of a peer the later of the two counts.
 */

#include "health/facts.h"

struct polls_look {
	const char *certificates; /* folders */
	const char *audits;
	const char *receipts;
	const char *members; /* our copy of the members document */
	struct digest owner;
};

/*
 * Fill in the poll of the facts, and the audits of their peers. What is not
 * there or does not hold is not known, which is no failure.
 */
void polls_gather(const struct polls_look *where, struct facts *facts);

#endif
