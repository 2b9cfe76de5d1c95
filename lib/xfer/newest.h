/* SPDX-License-Identifier: ISC */
#ifndef XFER_NEWEST_H
#define XFER_NEWEST_H

/*
 * The newest snapshot that this machine has seen, in a small file that may be
 * lost without harm: with it, holders that all show an older state together
 * (a rollback) are found out. A second file of this kind has the one that was
 * begun last: a run that is killed may have shown it to some holders, and who
 * asks others must not give its number again, but need not miss it either.
 */

#include "base/bytes.h"

struct newest {
	uint64_t number; /* 0: none seen */
	struct digest id;
};

/* A file that is not there or not readable as one has seen nothing. */
void newest_load(const char *path, struct newest *newest);

/* Where a link says that the file is, in full, it is put there. */
int newest_save(const char *path, const struct newest *newest);

/*
 * The number of the one that follows it. FAIL_DATA when it has the last that
 * there is: who has a copy of the identity can have signed it.
 */
int newest_next(const struct newest *last, uint64_t *number);

/* What is begun: who cannot write that down, must not publish. */
int newest_save_begun(const char *path, const struct newest *begun);

#endif
