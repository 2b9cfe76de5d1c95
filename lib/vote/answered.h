/* SPDX-License-Identifier: ISC */
#ifndef VOTE_ANSWERED_H
#define VOTE_ANSWERED_H

/*
 * What the answers of a holder come to, and what proofs that were kept say:
 * each answer is judged by the owner's indexes, which name all shards, and by
 * nothing else; so it needs no key, and nobody has to be asked.
 */

#include "format/report.h"
#include "vote/proof.h"

struct answered {
	uint64_t asked;
	uint64_t count[PROOF_VERDICTS];
};

/* In which order they are told, with PROOF_WRONG among those that are said. */
extern const enum proof_verdict answered_order[PROOF_VERDICTS];

/* Its fields in a row: so many pieces asked for, so many of them ok, ... */
#define ANSWERED_FIELDS (1 + PROOF_VERDICTS)
void answered_fields(const struct answered *answered,
    struct report_field field[static ANSWERED_FIELDS]);

/*
 * 0 when all is there; else FAIL_NO for what is missing or wrong, FAIL_SYSTEM
 * for what could not be read now, of `who` ("peer 'nas'").
 */
int answered_judge(const struct answered *answered, const char *who);

/*
 * Check a sequence of proofs of members and of indexes of their owner, in any
 * order, and append a row for each holder. As answered_judge; FAIL_DATA when
 * one of them is forged, a stranger's, or about a shard that is in no index.
 */
int answered_verify(enum report_style style, struct span sequence,
    struct span members, struct buf *rows);

#endif
