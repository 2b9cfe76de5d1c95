/* SPDX-License-Identifier: ISC */
/*
 * What a holder may sign as a proof: the pairs behind key 2, under a right
 * signature. What decodes is encoded to the same document, and every answer
 * can be judged.
 */
#include "vote/proof.h"

#include "crypto/secret.h"
#include "doc/cose.h"
#include "fuzz.h"

static const struct secret scalar = {{1, 2, 3}};

static void
judge_all(const struct proof *proof)
{
	struct span rest = proof->answers;
	struct proof_answer answer;
	struct duty duty = {.size = 40000};
	size_t count = 0;

	while (proof_next(&rest, &answer) > 0) {
		duty.id = answer.id;
		must(proof_judge(&answer, &duty) < PROOF_VERDICTS);
		count++;
	}
	must(count == proof->count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf payload = {0}, document = {0}, again = {0};
	struct cbor_writer writer;
	struct proof proof;

	must(cose_begin(&writer, &payload, 9, RECORD_PROOF, &scalar) == 0);
	must(buf_append(&payload, span_of(data, size)) == 0);
	must(cose_sign(RECORD_PROOF, span_of_buf(&payload), &scalar,
		 &document) == 0);
	if (proof_decode(span_of_buf(&document), NULL, &proof) == 0) {
		judge_all(&proof);
		must(proof_encode(&proof, &scalar, &again) == 0);
		must(span_equal(span_of_buf(&again), span_of_buf(&document)));
	}
	buf_release(&payload);
	buf_release(&document);
	buf_release(&again);
	return 0;
}
