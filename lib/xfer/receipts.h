/* SPDX-License-Identifier: ISC */
#ifndef XFER_RECEIPTS_H
#define XFER_RECEIPTS_H

/*
 * What a holder has signed for (doc/receipt.h), put on all of them, so that
 * any of them can vouch for the others. Receipts are papers (xfer/papers.h):
 * no restore needs them, and nothing fails when they find no place.
 */

struct holders;

/*
 * Put the receipts that came since the last call on all usable holders, and
 * make them last. From then on they are no longer kept here, however long the
 * stream, but for the last of each holder, or for `keep_receipts`; promises
 * must be open.
 */
int receipts_publish(struct holders *holders);

#endif
