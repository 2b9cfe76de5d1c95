/* SPDX-License-Identifier: ISC */
#ifndef VOTE_PROOF_H
#define VOTE_PROOF_H

/*
 * A proof: a holder's signed answers to questions for random pieces of what
 * it keeps for an owner (vote/draw.h). Anyone who has the owner's indexes can
 * check it, without a key.
 *
 * Pure functions: who reads the shards, and who sends what, is xfer's.
 */

#include "base/bytes.h"
#include "vote/draw.h"

struct secret;

/* What a holder says of a piece, and what that is worth. */
enum proof_verdict {
	PROOF_OK,      /* here it is */
	PROOF_MISSING, /* it is not there, or not whole */
	PROOF_EIO,     /* the disk cannot be read now: no guilt */
	PROOF_BUSY,    /* asked for too much: no guilt */
	PROOF_WRONG,   /* never said: what was signed is no part of the shard */
	PROOF_VERDICTS
};

const char *proof_verdict_name(enum proof_verdict verdict);

/* `bytes` and `path` (of 32 bytes each) are empty but with PROOF_OK. */
struct proof_answer {
	struct digest id;
	uint32_t piece;
	enum proof_verdict verdict; /* what the holder says */
	struct span bytes;
	struct span path;
};

/*
 * Append the answer for a piece of the shard whose `bytes` were read. If they
 * are not what `id` names the answer is PROOF_MISSING. FAIL_DATA when the
 * shard is whole and has no such piece.
 */
int proof_add_bytes(struct buf *answers, const struct digest *id,
    uint32_t piece, struct span bytes);

/* Append any answer. */
int proof_add(struct buf *answers, const struct proof_answer *answer);

struct proof {
	struct digest holder; /* who signed */
	struct digest owner;
	struct digest seed;
	uint64_t time;	/* seconds since 1970, by the holder's clock */
	uint64_t first; /* number of the first question that it answers */
	size_t count;	/* of answers, at most LIMIT_REQUEST_IDS */
	struct span answers;
};

/* Sign; the document is appended to `to`. `holder` is not looked at. */
int proof_encode(const struct proof *proof, const struct secret *scalar,
    struct buf *to);

/* -1 (FAIL_DATA). `proof` borrows from `document`; NULL takes any holder. */
int proof_decode(struct span document, const struct digest *holder,
    struct proof *proof);

/* Take the next answer off proof.answers: 1, 0 when none is left, -1. */
int proof_next(struct span *answers, struct proof_answer *answer);

/* What an answer is worth, for the shard of that id. */
enum proof_verdict proof_judge(const struct proof_answer *answer,
    const struct duty *duty);

/*
 * Check that a proof answers `seed` and the questions from proof->first on,
 * of the `count` that were drawn, and judge each answer: verdict[i] is that of
 * drawn[proof->first + i]. FAIL_DATA when it answers something else.
 */
int proof_check(const struct proof *proof, const struct digest *seed,
    const struct duty *duty, const struct drawn *drawn, size_t count,
    uint8_t *verdict);

#endif
