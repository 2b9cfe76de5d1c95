/* SPDX-License-Identifier: ISC */
#ifndef VOTE_VERDICT_H
#define VOTE_VERDICT_H

/*
 * What a voter, or a poll, says of each item. Most items are all right, so
 * what is written is the exceptions: runs of items with one verdict, three
 * numbers each, how many good ones before it, how many, and the verdict. One
 * list of verdicts has one form.
 */

#include "format/cbor.h"

enum verdict {
	VERDICT_OK,	/* there, and proved */
	VERDICT_BAD,	/* gone or wrong, by the holder's own signature */
	VERDICT_SILENT, /* no answer, or none that says */
	VERDICT_NONE,	/* a voter that does not judge, a poll undecided */
	VERDICTS
};

/* "ok", "bad", "silent", "inconclusive". */
const char *verdict_name(enum verdict verdict);

/* The runs of `count` verdicts, as one byte string. */
void verdict_write(struct cbor_writer *writer, const uint8_t *verdict,
    size_t count);

/* The reverse. -1 (FAIL_DATA) unless it is the one form for `count` items. */
int verdict_decode(struct span runs, uint8_t *verdict, size_t count);

/* How many there are of each. */
void verdict_count(const uint8_t *verdict, size_t count,
    size_t counts[static VERDICTS]);

#endif
