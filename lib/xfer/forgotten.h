/* SPDX-License-Identifier: ISC */
#ifndef XFER_FORGOTTEN_H
#define XFER_FORGOTTEN_H

/*
 * The snapshots that this machine has ordered to be dropped, in a file of their
 * ids. A holder that was away when it was told, or that keeps everything, goes
 * on showing them; with the file it is known that what the others have not got
 * of them is not lost, and nobody's fault. Who has lost the file drops them
 * once more.
 */

#include "xfer/catalog.h"

/* Have the holders' catalogues marked by ours, which is in our folder. */
void forgotten_use(struct holders *holders);

/* Mark those that were dropped, if there is such a file. */
void forgotten_mark(const char *path, struct catalog *catalog);

/*
 * Add to it those of a catalogue that are chosen, a bool for each entry, and
 * those that could not be read and are gone. Of what it had, that which no
 * holder shows is left out, if none is away.
 */
int forgotten_add(struct holders *holders, const struct catalog *catalog,
    const bool *chosen, const bool *gone);

/* For who is to go on with one all the same. */
void forgotten_warn(const struct catalog_entry *entry);

/* Leave those out that are marked. */
void forgotten_leave_out(struct catalog *catalog);

#endif
