/* SPDX-License-Identifier: ISC */
#ifndef DOC_INDEX_H
#define DOC_INDEX_H

/*
 * An index: the signed list of some consecutive stripes of a backup, as many
 * as fill LIMIT_INDEX_RECORDS. It holds their records as they stood in the
 * stream, so whoever has the snapshot and its indexes has the stream but for
 * the shards; it repeats the head, so whoever has it alone can audit and
 * repair what it lists. What it says is public, but for the boxes.
 */

#include "format/record.h"

struct secret;

struct index {
	struct span head;    /* the stream's head record, whole */
	uint64_t first;	     /* number of the first stripe */
	uint64_t count;	     /* of stripes */
	struct span records; /* their records, a CBOR sequence */
};

/* Sign an index; the document is appended to `to`. */
int index_encode(const struct index *index, const struct secret *scalar,
    struct buf *to);

/* -1 (FAIL_DATA). `index` borrows from `document`; NULL takes any signer. */
int index_decode(struct span document, const struct digest *signer,
    struct index *index);

/*
 * Take the next stripe off what is left of an index's records: 1, 0 when
 * nothing is left, -1 (FAIL_DATA).
 */
int index_next(struct span *records, const struct head *head,
    struct stripe *stripe);

#endif
