/* SPDX-License-Identifier: ISC */
#ifndef SHARD_VOTE_FILES_H
#define SHARD_VOTE_FILES_H

/*
 * The steps of a poll by hand go from documents in files, or on standard
 * input, to one more of them on standard output.
 */

#include "base/file.h"
#include "crypto/secret.h"
#include "vote/pile.h"
#include "vote/roll.h"

struct files {
	struct buf bytes;
	struct pile pile;
	struct roll roll;     /* of the members and items in it */
	struct secret scalar; /* of whoever takes the step */
	struct digest id;
};

/*
 * Read all operands, and our key. What every step needs must be there: the
 * members, the items and the opening. `files` must be released in any case.
 */
int files_read(struct files *files, int argc, char **argv);
void files_release(struct files *files);

/* All that is in the files, or comes in on standard input. */
int files_read_all(struct buf *bytes, int argc, char **argv);

/* Documents go out whole, and not to a terminal. */
int files_write(struct span documents);

/* The store of --store, or that of the configuration. */
int files_store(char path[static FILE_PATH]);

#endif
