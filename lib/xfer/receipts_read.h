/* SPDX-License-Identifier: ISC */
#ifndef XFER_RECEIPTS_READ_H
#define XFER_RECEIPTS_READ_H

/*
 * All receipts that lie with an owner's holders, whoever has signed them, each
 * read once, from one of those that list it.
 */

#include "doc/receipt.h"
#include "xfer/holder.h"

struct receipts_reader {
	/* Told first how many papers there are; what is not 0 ends it. */
	int (*begin)(void *context, size_t count);

	/* Told of one after the other: its id as a paper, and whose it is. */
	void (*each)(void *context, const struct digest *id,
	    const struct digest *signer, const struct receipt *receipt);

	/* Instead of that: told of the papers as they are. */
	void (*paper)(void *context, const struct digest *id,
	    struct span document);
	void *context;
};

/*
 * What is no receipt for the owner is passed over. A holder that lists what it
 * does not give is soon asked for no more of them: that is told. -1: out of
 * memory, or begin() ended it.
 */
int receipts_read(struct holders *holders, const struct digest *owner,
    const struct receipts_reader *reader);

#endif
