/* SPDX-License-Identifier: ISC */
#include "vote/proof.h"

#include <string.h>

#include "base/fail.h"
#include "crypto/piece.h"
#include "doc/cose.h"
#include "format/limits.h"

#define PAIRS 9
#define ANSWER_SIZE (PIECE_SIZE + PIECE_PATH_MAX * 32 + 64)

const char *
proof_verdict_name(enum proof_verdict verdict)
{
	static const char *const name[PROOF_VERDICTS] = {"ok", "missing", "eio",
	    "busy", "wrong"};

	return verdict < PROOF_VERDICTS ? name[verdict] : "unknown";
}

int
proof_add(struct buf *answers, const struct proof_answer *answer)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, answers);
	cbor_write_array(&writer, 5);
	cbor_write_bytes(&writer, span_of_digest(&answer->id));
	cbor_write_uint(&writer, answer->piece);
	cbor_write_uint(&writer, answer->verdict);
	cbor_write_bytes(&writer, answer->bytes);
	cbor_write_bytes(&writer, answer->path);
	return cbor_writer_end(&writer);
}

int
proof_add_bytes(struct buf *answers, const struct digest *id, uint32_t piece,
    struct span bytes)
{
	struct digest path[PIECE_PATH_MAX], root = tree_root(bytes);
	struct proof_answer answer = {.id = *id, .piece = piece};

	if (!digest_equal(&root, id)) {
		answer.verdict = PROOF_MISSING;
		return proof_add(answers, &answer);
	}
	if (piece >= piece_count(bytes.size))
		return fail(FAIL_DATA, "the shard has %llu pieces, no piece %u",
		    (unsigned long long)piece_count(bytes.size),
		    (unsigned)piece);
	answer.bytes = piece_of(bytes, piece);
	answer.path =
	    span_of(path, piece_path(bytes, piece, path) * sizeof path[0]);
	return proof_add(answers, &answer);
}

int
proof_encode(const struct proof *proof, const struct secret *scalar,
    struct buf *to)
{
	struct buf payload = {0};
	struct cbor_writer writer;
	int result;

	result = cose_begin(&writer, &payload, PAIRS, RECORD_PROOF, scalar);
	if (result == 0) {
		cbor_write_pair_bytes(&writer, 3,
		    span_of_digest(&proof->owner));
		cbor_write_pair_bytes(&writer, 4, span_of_digest(&proof->seed));
		cbor_write_pair_uint(&writer, 5, proof->time);
		cbor_write_pair_uint(&writer, 6, proof->first);
		cbor_write_pair_uint(&writer, 7, proof->count);
		cbor_write_pair_bytes(&writer, 8, proof->answers);
		result = cbor_writer_end(&writer);
	}
	if (result == 0)
		result =
		    cose_sign(RECORD_PROOF, span_of_buf(&payload), scalar, to);
	buf_release(&payload);
	return result;
}

/* As many answers as it says, and nothing else. */
static bool
count_answers(const struct proof *proof)
{
	struct span rest = proof->answers;
	struct proof_answer answer;
	size_t count = 0;
	int got;

	while ((got = proof_next(&rest, &answer)) > 0)
		count++;
	return got == 0 && count == proof->count;
}

int
proof_decode(struct span document, const struct digest *holder,
    struct proof *proof)
{
	struct cbor_reader reader;

	*proof = (struct proof){0};
	if (cose_open(document, RECORD_PROOF, "the proof", holder, PAIRS,
		&reader) != 0 ||
	    cose_peek(document, &proof->holder) < 0)
		return -1;
	cbor_read_pair_fixed(&reader, 3, proof->owner.byte,
	    sizeof proof->owner.byte);
	cbor_read_pair_fixed(&reader, 4, proof->seed.byte,
	    sizeof proof->seed.byte);
	proof->time = cbor_read_pair_uint(&reader, 5, UINT64_MAX);
	proof->first = cbor_read_pair_uint(&reader, 6, UINT32_MAX);
	proof->count =
	    (size_t)cbor_read_pair_uint(&reader, 7, LIMIT_REQUEST_IDS);
	proof->answers = cbor_read_pair_bytes(&reader, 8, LIMIT_DOCUMENT);
	if (!reader.bad && !count_answers(proof))
		reader.bad = true;
	return cbor_reader_end(&reader, "the proof");
}

int
proof_next(struct span *answers, struct proof_answer *answer)
{
	struct cbor_reader reader;
	int64_t size;

	if (answers->size == 0)
		return 0;
	size = cbor_measure(*answers, ANSWER_SIZE);
	if (size <= 0)
		return fail(FAIL_DATA, "an answer is malformed");
	cbor_reader_init(&reader, span_of(answers->data, (size_t)size));
	if (cbor_read_array(&reader, 5) != 5)
		reader.bad = true;
	cbor_read_fixed(&reader, answer->id.byte, sizeof answer->id.byte);
	answer->piece = (uint32_t)cbor_read_uint(&reader, UINT32_MAX);
	answer->verdict =
	    (enum proof_verdict)cbor_read_uint(&reader, PROOF_BUSY);
	answer->bytes = cbor_read_bytes(&reader, PIECE_SIZE);
	answer->path =
	    cbor_read_bytes(&reader, PIECE_PATH_MAX * sizeof(struct digest));
	if (answer->path.size % sizeof(struct digest) != 0 ||
	    (answer->verdict != PROOF_OK &&
		answer->bytes.size + answer->path.size > 0))
		reader.bad = true;
	*answers = span_of(answers->data + size, answers->size - (size_t)size);
	return cbor_reader_end(&reader, "an answer") == 0 ? 1 : -1;
}

enum proof_verdict
proof_judge(const struct proof_answer *answer, const struct duty *duty)
{
	struct digest path[PIECE_PATH_MAX];
	size_t count = answer->path.size / sizeof path[0];

	if (answer->verdict != PROOF_OK)
		return answer->verdict;
	if (count > 0)
		memcpy(path, answer->path.data, answer->path.size);
	return digest_equal(&answer->id, &duty->id) &&
		piece_check(&duty->id, duty->size, answer->piece, answer->bytes,
		    path, count)
	    ? PROOF_OK
	    : PROOF_WRONG;
}

int
proof_check(const struct proof *proof, const struct digest *seed,
    const struct duty *duty, const struct drawn *drawn, size_t count,
    uint8_t *verdict)
{
	struct span rest = proof->answers;
	struct proof_answer answer;
	size_t i;

	if (!digest_equal(&proof->seed, seed) || proof->first > count ||
	    proof->count > count - proof->first)
		return fail(FAIL_DATA,
		    "the proof answers to another seed or more questions");
	drawn += proof->first;
	for (i = 0; i < proof->count; i++) {
		if (proof_next(&rest, &answer) <= 0)
			return -1;
		if (!digest_equal(&answer.id, &duty[drawn[i].duty].id) ||
		    answer.piece != drawn[i].piece)
			return fail(FAIL_DATA,
			    "the proof answers to other questions");
		verdict[i] =
		    (uint8_t)proof_judge(&answer, &duty[drawn[i].duty]);
	}
	return 0;
}
