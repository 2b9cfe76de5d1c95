/* SPDX-License-Identifier: ISC */
#ifndef XFER_REPAIRED_H
#define XFER_REPAIRED_H

/*
 * What a repair has to tell: each shard that was not whole where it belongs,
 * with what has come of it, and how many of them were whose.
 */

#include "format/report.h"
#include "xfer/holder.h"

struct repaired {
	uint64_t stripe;
	unsigned index; /* in it */
	struct digest id;
	struct holder *from; /* who should have it, if that is known */
	struct holder *to;   /* where it rests now; NULL: nowhere */
	bool lost;	     /* nobody can rebuild it */
};

/* A row, behind the names of the columns if it is the first. */
int repaired_row(const struct repaired *repaired, uint64_t snapshot,
    enum report_style style, bool first, struct buf *to);

/* Count it for both peers; say of each what it had lost, and has been given. */
void repaired_count(const struct repaired *repaired);
void repaired_explain(const struct holders *holders);

#endif
