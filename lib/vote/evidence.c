/* SPDX-License-Identifier: ISC */
#include "vote/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "doc/index.h"
#include "doc/receipt.h"
#include "vote/box.h"
#include "vote/count.h"
#include "vote/draw.h"
#include "vote/proof.h"
#include "vote/roll.h"

/* What may be said once in a poll, from RECORD_OPENING on. */
static const char *const twice[] = {"signed two openings of one poll", NULL,
    "signed two challenges in one poll", "signed two reveals in one poll",
    "signed two seeds in one poll", "signed two ballots in one poll",
    "signed two tallies in one poll", "signed two seals in one poll"};

static const char *
crime_of(int kind)
{
	if (kind < RECORD_OPENING || kind > RECORD_SEAL)
		return NULL;
	return twice[kind - RECORD_OPENING];
}

static int
judge_two(struct span a, struct span b, struct evidence *evidence)
{
	struct digest signer, other;
	int kind = cose_peek(a, &signer);
	struct cbor_reader reader;
	struct poll one, two;
	struct span said, also;

	evidence->culprit = signer;
	evidence->crime = crime_of(kind);
	if (evidence->crime == NULL || cose_peek(b, &other) != kind ||
	    !digest_equal(&signer, &other))
		return fail(FAIL_DATA, "these are not two words of one signer");
	if (poll_decode(a, (enum record_kind)kind, "the first document",
		&signer, &one, &reader) != 0 ||
	    reader.bad ||
	    poll_decode(b, (enum record_kind)kind, "the second document",
		&signer, &two, &reader) != 0 ||
	    reader.bad || cose_payload(a, &said) != 0 ||
	    cose_payload(b, &also) != 0)
		return fail(FAIL_DATA, "a document of the two is forged");
	if (!poll_equal(&one, &two))
		return fail(FAIL_DATA, "the two are of two polls");
	if (span_equal(said, also))
		return fail(FAIL_DATA, "the two say the same");
	return 0;
}

/* A receipt, and later a signed "missing". */
static int
judge_missing(struct span first, struct span second, struct evidence *evidence)
{
	struct proof_answer answer;
	struct receipt receipt;
	struct proof proof;
	struct buf ids = {0};
	bool found = false;

	if (proof_decode(second, NULL, &proof) != 0 ||
	    receipt_decode(first, &proof.holder, &receipt) != 0)
		return -1;
	evidence->culprit = proof.holder;
	evidence->crime = "has lost a shard that it signed for";
	if (!digest_equal(&receipt.owner, &proof.owner) ||
	    receipt.time > proof.time)
		return fail(FAIL_DATA,
		    "the receipt is of another owner or newer");
	if (buf_append(&ids, receipt.ids) != 0)
		return -1;
	digest_sort(&ids);
	while (!found && proof_next(&proof.answers, &answer) > 0)
		found = answer.verdict == PROOF_MISSING &&
		    digest_find(span_of_buf(&ids), &answer.id) >= 0;
	buf_release(&ids);
	return found ? 0
		     : fail(FAIL_DATA, "what is missing is not in the receipt");
}

/* Whether an answer is no part of the shard that it names. */
static bool
has_wrong(struct span answers, struct buf *duties)
{
	struct duty *list = (struct duty *)(void *)duties->data;
	size_t count = duty_sort(list, duties->size / sizeof *list);
	const struct duty *duty;
	struct proof_answer answer;

	while (proof_next(&answers, &answer) > 0) {
		duty = duty_find(list, count, &answer.id);
		if (duty != NULL && proof_judge(&answer, duty) == PROOF_WRONG)
			return true;
	}
	return false;
}

static int
judge_wrong(struct span first, struct span second, struct evidence *evidence)
{
	struct buf duties = {0};
	struct index index;
	struct proof proof;
	int result;

	if (proof_decode(second, NULL, &proof) != 0 ||
	    index_decode(first, &proof.owner, &index) != 0)
		return -1;
	evidence->culprit = proof.holder;
	evidence->crime = "signed a piece that is no part of its shard";
	result = duty_add(&index, &duties);
	if (result == 0 && !has_wrong(proof.answers, &duties))
		result = fail(FAIL_DATA, "no piece in the proof is wrong");
	buf_release(&duties);
	return result;
}

/* Whether a box is the one that its tally, signed by its poller, is about. */
static int
check_box(const struct roll *roll, const struct box *box, struct digest *poller)
{
	struct digest digest = box_digest(box);
	struct tally tally = {.verdict = NULL};

	if (cose_peek(box->tally, poller) < 0 ||
	    tally_decode(box->tally, poller, &tally) != 0)
		return -1;
	if (!digest_equal(&tally.poll.poller, poller) ||
	    !digest_equal(&tally.poll.members, &roll->id) ||
	    !digest_equal(&tally.items, &roll->items_root) ||
	    !digest_equal(&tally.box, &digest))
		return fail(FAIL_DATA, "the tally is of another ballot box");
	return 0;
}

static int
judge_count(const struct poll_list *list, struct evidence *evidence)
{
	struct span room[LIMIT_VOTERS], proofs[LIMIT_PROOFS];
	struct box box = {.ballots = {.document = room},
	    .proofs = {.document = proofs}};
	struct roll *roll = malloc(sizeof *roll);
	int result = -1;

	evidence->crime = "signed a tally that does not follow";
	if (roll == NULL)
		return fail(FAIL_SYSTEM, "out of memory");
	if (roll_init(roll, list->document[0], NULL, list->document[1]) == 0 &&
	    box_decode(list->document[2], &box) == 0 &&
	    check_box(roll, &box, &evidence->culprit) == 0) {
		if (count_check(roll, &box, NULL) == 0)
			fail(FAIL_DATA, "the tally follows from its ballots");
		else if (fail_last()->kind != FAIL_SYSTEM)
			result = 0;
	}
	free(roll);
	return result;
}

static int
judge(const struct poll_list *list, struct evidence *evidence)
{
	struct digest signer;
	int first;

	if (list->count < 2)
		return fail(FAIL_DATA, "one document convicts nobody");
	first = cose_peek(list->document[0], &signer);
	if (list->count == 3 && first == RECORD_MEMBERS)
		return judge_count(list, evidence);
	if (list->count == 2 && first == RECORD_RECEIPT)
		return judge_missing(list->document[0], list->document[1],
		    evidence);
	if (list->count == 2 && first == RECORD_INDEX)
		return judge_wrong(list->document[0], list->document[1],
		    evidence);
	if (list->count == 2)
		return judge_two(list->document[0], list->document[1],
		    evidence);
	return fail(FAIL_DATA, "this is no evidence of a known kind");
}

int
evidence_encode(const struct poll_list *documents, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	poll_list_write(&writer, documents);
	return cbor_writer_end(&writer);
}

int
evidence_of_two(struct span a, struct span b, struct buf *to)
{
	struct span room[2] = {a, b};
	struct poll_list list = {room, 2};
	struct evidence evidence;

	if (judge_two(a, b, &evidence) != 0)
		return -1;
	return evidence_encode(&list, to);
}

int
evidence_judge(struct span *bytes, struct evidence *evidence)
{
	struct span room[EVIDENCE_DOCUMENTS];
	struct poll_list list = {.document = room};
	struct cbor_reader reader;
	int64_t size = cbor_measure(*bytes, LIMIT_EVIDENCE);

	if (size <= 0)
		return fail(FAIL_DATA, "this is no evidence");
	cbor_reader_init(&reader, span_of(bytes->data, (size_t)size));
	list.count = (size_t)cbor_read_array(&reader, EVIDENCE_DOCUMENTS);
	for (size_t i = 0; i < list.count; i++)
		room[i] = cbor_read_bytes(&reader, LIMIT_TALLY);
	if (cbor_reader_end(&reader, "the evidence") != 0)
		return -1;
	*bytes = span_of(bytes->data + size, bytes->size - (size_t)size);
	return judge(&list, evidence);
}
