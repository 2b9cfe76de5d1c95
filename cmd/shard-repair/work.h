/* SPDX-License-Identifier: ISC */
#ifndef SHARD_REPAIR_WORK_H
#define SHARD_REPAIR_WORK_H

/*
 * The snapshots that are repaired, one after the other: those that are named,
 * or all that a certificate speaks of; and the rows that tell what came of it.
 */

#include "format/report.h"
#include "xfer/own.h"

struct holders;
struct repairs;

struct work {
	struct holders *holders;
	struct own own; /* who we are, and whose snapshots they are */
	bool check;	/* read every shard */
	bool shards;	/* a row for each, too: at once, on standard output */
	enum report_style style;
	const struct repairs *only; /* that a certificate says; NULL: all */
	struct buf rows;	    /* one a snapshot: the caller's to print */
};

/*
 * All that there are (NULL), the latest, or one that is meant whatever else.
 * What could not be done for one is told, and keeps no other waiting; -1 then,
 * and FAIL_NO or FAIL_DATA, too, when not all that there are could be seen.
 */
int work_snapshots(struct work *work, const char *name);

/* What follows from the certificate in a file. */
int work_certificate(struct work *work, const char *path);

#endif
