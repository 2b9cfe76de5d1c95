/* SPDX-License-Identifier: ISC */
#ifndef XFER_RECEIPTS_READ_H
#define XFER_RECEIPTS_READ_H

/*
 * All receipts that lie with an owner's holders, whoever has signed them, each
 * read once, from one of those that list it.
 */

#include "doc/receipt.h"
#include "xfer/holder.h"

struct receipts_paper {
	struct digest id; /* as a paper */
	struct digest signer;
	struct receipt receipt;
	struct span document;
};

/*
 * What either returns that is not 0 ends it: 1, it was enough; -1, it failed.
 */
struct receipts_reader {
	/*
	 * Told first how many papers there are, and how many a holder lists:
	 * the one with the fewest. NULL: nobody.
	 */
	int (*begin)(void *context, size_t count, size_t fewest);

	/* Told of one after the other, from several threads. */
	int (*each)(void *context, const struct receipts_paper *paper);
	void *context;
};

/*
 * What is no receipt for the owner is passed over. A holder that lists what it
 * does not give is soon asked for no more of them: that is told. -1: out of
 * memory, or the reader failed.
 */
int receipts_read(struct holders *holders, const struct digest *owner,
    const struct receipts_reader *reader);

#endif
