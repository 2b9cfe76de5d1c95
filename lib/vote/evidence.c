/* SPDX-License-Identifier: ISC */
#include "vote/evidence.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "doc/index.h"
#include "doc/receipt.h"
#include "vote/box.h"
#include "vote/count.h"
#include "vote/guilt.h"
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
judge_missing(struct span first, struct span second, struct span orders,
    struct evidence *evidence)
{
	struct receipt receipt;
	struct proof proof;

	if (proof_decode(second, NULL, &proof) != 0 ||
	    receipt_decode(first, &proof.holder, &receipt) != 0)
		return -1;
	evidence->culprit = proof.holder;
	evidence->crime = "has not got a shard that it signed for";
	evidence->may_be_forgiven = true;
	return guilt_missing(&receipt, &proof, orders);
}

static int
judge_wrong(struct span first, struct span second, struct evidence *evidence)
{
	struct index index;
	struct proof proof;

	if (proof_decode(second, NULL, &proof) != 0 ||
	    index_decode(first, &proof.owner, &index) != 0)
		return -1;
	evidence->culprit = proof.holder;
	evidence->crime = "signed a piece that is no part of its shard";
	return guilt_wrong(&index, &proof);
}

/* A piece of a shard, and later a signed "missing". */
static int
judge_changed(struct span first, struct span second, struct evidence *evidence)
{
	struct proof before, after;

	if (proof_decode(second, NULL, &after) != 0 ||
	    proof_decode(first, &after.holder, &before) != 0)
		return -1;
	evidence->culprit = after.holder;
	evidence->crime =
	    "signed a piece of a shard, and then that the shard is missing";
	return guilt_changed(&before, &after);
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
	struct roll *roll = memory_get(1, sizeof *roll);
	int result = -1;

	evidence->crime = "signed a tally that does not follow";
	if (roll == NULL)
		return -1;
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
judge(const struct poll_list *list, struct span orders,
    struct evidence *evidence)
{
	struct digest signer;
	int first;

	evidence->may_be_forgiven = false;
	if (list->count < 2)
		return fail(FAIL_DATA, "one document convicts nobody");
	first = cose_peek(list->document[0], &signer);
	if (list->count == 3 && first == RECORD_MEMBERS)
		return judge_count(list, evidence);
	if (list->count != 2)
		return fail(FAIL_DATA, "this is no evidence of a known kind");
	if (first == RECORD_RECEIPT)
		return judge_missing(list->document[0], list->document[1],
		    orders, evidence);
	if (first == RECORD_INDEX)
		return judge_wrong(list->document[0], list->document[1],
		    evidence);
	if (first == RECORD_PROOF)
		return judge_changed(list->document[0], list->document[1],
		    evidence);
	return judge_two(list->document[0], list->document[1], evidence);
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
	return evidence_judge_by(bytes, (struct span){0}, evidence);
}

int
evidence_judge_by(struct span *bytes, struct span orders,
    struct evidence *evidence)
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
	return judge(&list, orders, evidence);
}
