/* SPDX-License-Identifier: ISC */
#ifndef XFER_DROP_H
#define XFER_DROP_H

/*
 * Forget snapshots: what only they need is dropped at every holder, by signed
 * orders, first the shards of all, then of each the indexes, last the snapshot
 * itself; so a run that was cut off is finished by running it again. Then go
 * receipts, of whomever, that name nothing which a snapshot that stays needs.
 */

#include "xfer/catalog.h"

struct secret;

struct drop {
	struct holders *holders;
	const struct secret *scalar; /* of the owner's identity */
	struct digest owner;
	const struct catalog *catalog;
	const bool *chosen; /* one for each entry of the catalogue */
	const bool *gone;   /* and for each that could not be read */
	bool dry;	    /* only count */
	uint64_t dropped;   /* ids named in orders, but for receipts */
};

/*
 * -1 when a snapshot that stays could not be read (nothing has been dropped
 * then), what goes cannot be noted, or an order could not be given. Holders
 * that refuse are lost, but for those that keep everything, which are told of.
 * Of one that could not be read only the document is dropped; if all that goes
 * are such documents, it does not matter what else can be read.
 */
int drop_snapshots(struct drop *drop);

#endif
