/* SPDX-License-Identifier: ISC */
#ifndef SERVE_PROVE_H
#define SERVE_PROVE_H

/*
 * A holder proves that it has what it is asked for: it reads each shard from
 * the medium, not from memory, checks it, and signs what it found.
 */

#include "store/store.h"

struct budget;
struct request;
struct secret;

struct prove {
	struct store *store;
	const struct secret *scalar; /* of the holder */
	struct budget *budget;	     /* NULL: any number of bytes */
};

/*
 * Append the proof (vote/proof.h) that answers the questions of `request`.
 * What is not read in PROVE_MS is answered as busy. FAIL_DATA when the request
 * is malformed, or asks for a piece that a shard has not.
 */
#define PROVE_MS 20000
int prove_answer(const struct prove *prove, const struct request *request,
    struct buf *document);

#endif
