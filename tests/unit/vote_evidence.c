/* SPDX-License-Identifier: ISC */
/*
 * Evidence: who signed two things is named, and nobody else; and how the
 * counter-examples of tests/model end, played with the real functions.
 */
#include "vote/evidence.h"

#include "doc/index.h"
#include "doc/order.h"
#include "doc/receipt.h"
#include "three.h"
#include "vote/accuse.h"
#include "vote/ballot.h"
#include "vote/challenge.h"
#include "vote/count.h"
#include "vote/sealed.h"
#include "vote/tally.h"

static const struct poll a_poll = {{{1}}, {{2}}, 3};

static struct buf
seal_of(int who, const struct poll *poll, uint8_t tally)
{
	struct secret scalar = scalar_of(who);
	struct seal seal = {*poll, {{tally}}};
	struct buf document = {0};

	must(seal_encode(&seal, &scalar, &document) == 0, "a seal");
	return document;
}

static struct buf
ballot_of(int who, uint8_t verdict)
{
	struct secret scalar = scalar_of(who);
	struct ballot ballot = {.poll = a_poll,
	    .verdict = &verdict,
	    .count = 1};
	struct buf document = {0};

	must(ballot_encode(&ballot, &scalar, &document) == 0, "a ballot");
	return document;
}

static void
convicts(struct buf a, struct buf b, int who, const char *crime)
{
	struct digest id = owner_of(who).id;
	struct evidence evidence;
	struct buf file = {0};
	struct span rest;
	size_t i;

	must(evidence_of_two(span_of_buf(&a), span_of_buf(&b), &file) == 0,
	    crime);
	rest = span_of_buf(&file);
	check(evidence_judge(&rest, &evidence) == 0 &&
		digest_equal(&evidence.culprit, &id) && rest.size == 0 &&
		strcmp(evidence.crime, crime) == 0,
	    "%s: %s", crime, fail_last()->text);
	for (i = 0; i < file.size; i += 5) {
		file.data[i] ^= 1;
		rest = span_of_buf(&file);
		check(evidence_judge(&rest, &evidence) == -1,
		    "%s: byte %zu does not matter", crime, i);
		file.data[i] ^= 1;
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&file);
}

static void
acquits(struct buf a, struct buf b, const char *words)
{
	struct buf file = {0};

	check_fails(evidence_of_two(span_of_buf(&a), span_of_buf(&b), &file),
	    FAIL_DATA, words, words);
	check(file.size == 0, "there is a file all the same");
	buf_release(&a);
	buf_release(&b);
}

static void
test_two(void)
{
	struct poll other = a_poll;

	other.sequence++;
	acquits(seal_of(1, &a_poll, 7), seal_of(1, &a_poll, 7), "say the same");
	acquits(seal_of(1, &a_poll, 7), seal_of(2, &a_poll, 8),
	    "not two words of one signer");
	acquits(seal_of(1, &a_poll, 7), seal_of(1, &other, 8), "two polls");
	acquits(seal_of(1, &a_poll, 7), ballot_of(1, 0),
	    "not two words of one signer");
	acquits(document_of(RECORD_JOINING, 1), document_of(RECORD_JOINING, 1),
	    "not two words of one signer");
	convicts(seal_of(1, &a_poll, 7), seal_of(1, &a_poll, 8), 1,
	    "signed two seals in one poll");
	convicts(ballot_of(3, VERDICT_OK), ballot_of(3, VERDICT_BAD), 3,
	    "signed two ballots in one poll");
}

/* One document of each other kind; `said` is what differs. */
static struct buf
word_of(enum record_kind kind, uint8_t said)
{
	struct secret scalar = scalar_of(1);
	struct poll poll = {{{1}}, owner_of(1).id, 3};
	struct digest differs = {{said}};
	uint8_t verdict = VERDICT_OK;
	struct buf document = {0};
	int result = -1;

	if (kind == RECORD_OPENING)
		result = opening_encode(&(struct opening){.poll = poll,
					    .items = differs},
		    &scalar, &document);
	if (kind == RECORD_CHALLENGE)
		result = challenge_encode(&(struct challenge){.poll = poll,
					      .opening = differs},
		    &scalar, &document);
	if (kind == RECORD_REVEAL)
		result = reveal_encode(&(struct reveal){.poll = poll,
					   .number = differs},
		    &scalar, &document);
	if (kind == RECORD_SEED)
		result =
		    seed_encode(&(struct seed){.poll = poll, .number = differs},
			&scalar, &document);
	if (kind == RECORD_TALLY)
		result = tally_encode(&(struct tally){.poll = poll,
					  .count = 1,
					  .verdict = &verdict,
					  .box = differs},
		    &scalar, &document);
	must(result == 0, "a word");
	return document;
}

/* What a poller may say once, and what a voter may reveal. */
static void
test_two_of_each(void)
{
	static const struct {
		enum record_kind kind;
		const char *crime;
	} all[] = {{RECORD_OPENING, "signed two openings of one poll"},
	    {RECORD_CHALLENGE, "signed two challenges in one poll"},
	    {RECORD_REVEAL, "signed two reveals in one poll"},
	    {RECORD_SEED, "signed two seeds in one poll"},
	    {RECORD_TALLY, "signed two tallies in one poll"}};
	size_t i;

	for (i = 0; i < COUNT(all); i++) {
		convicts(word_of(all[i].kind, 7), word_of(all[i].kind, 8), 1,
		    all[i].crime);
		acquits(word_of(all[i].kind, 7), word_of(all[i].kind, 7),
		    "say the same");
	}
}

/* Out of a heap of documents: each culprit once, and nobody else. */
static void
test_accuse(void)
{
	struct buf document[] = {seal_of(1, &a_poll, 7), ballot_of(1, 0),
	    seal_of(2, &a_poll, 7), seal_of(1, &a_poll, 8),
	    seal_of(1, &a_poll, 9), ballot_of(3, VERDICT_OK),
	    ballot_of(3, VERDICT_BAD), seal_of(2, &a_poll, 7),
	    document_of(RECORD_RECEIPT, 2), document_of(RECORD_PROOF, 2)};
	struct accuse accuse = {.documents = {0}};
	struct evidence evidence;
	struct digest one = owner_of(1).id, three = owner_of(3).id;
	struct span rest;
	size_t i;

	check_fails(accuse_find(&accuse), FAIL_NO, "convict nobody", "none");
	check_fails(accuse_add(&accuse, span_of_text("\xff")), FAIL_DATA,
	    "malformed or cut", "noise");
	for (i = 0; i < 3; i++)
		must(accuse_add(&accuse, span_of_buf(&document[i])) == 0,
		    "add");
	check_fails(accuse_find(&accuse), FAIL_NO, "convict nobody",
	    "honest ones");
	for (i = 3; i < COUNT(document); i++)
		must(accuse_add(&accuse, span_of_buf(&document[i])) == 0,
		    "add");
	must(accuse_find(&accuse) == 0, "evidence");
	rest = span_of_buf(&accuse.evidence);
	check(evidence_judge(&rest, &evidence) == 0 &&
		digest_equal(&evidence.culprit, &one) &&
		strcmp(evidence.crime, "signed two seals in one poll") == 0,
	    "the first: %s", evidence.crime);
	check(evidence_judge(&rest, &evidence) == 0 &&
		digest_equal(&evidence.culprit, &three) &&
		strcmp(evidence.crime, "signed two ballots in one poll") == 0,
	    "the second: %s", evidence.crime);
	check(rest.size == 0, "more than two");
	accuse_release(&accuse);
	for (i = 0; i < COUNT(document); i++)
		buf_release(&document[i]);
}

/* A file of these documents, judged: 0 or -1. */
static int
judge(struct span *document, size_t count, struct evidence *evidence)
{
	struct poll_list list = {document, count};
	struct buf file = {0};
	struct span rest;
	int result;

	must(evidence_encode(&list, &file) == 0, "encode");
	rest = span_of_buf(&file);
	result = evidence_judge(&rest, evidence);
	buf_release(&file);
	return result;
}

/*
 * A holder that tells the poller that it has a shard, and a voter in the same
 * second that it has not: both may be true, and the worse one convicts it
 * beside its receipt.
 */
static void
test_two_proofs(struct buf receipt, struct buf has, struct buf lacks,
    const struct digest *id)
{
	struct buf document[] = {has, lacks, receipt};
	struct accuse accuse = {.documents = {0}};
	struct evidence evidence;
	struct span rest;
	size_t i;

	for (i = 0; i < 2; i++)
		must(accuse_add(&accuse, span_of_buf(&document[i])) == 0,
		    "add");
	check_fails(accuse_find(&accuse), FAIL_NO, "convict nobody",
	    "two proofs");
	must(accuse_add(&accuse, span_of_buf(&document[2])) == 0, "add");
	check(accuse_find(&accuse) == 0, "with the receipt");
	rest = span_of_buf(&accuse.evidence);
	check(evidence_judge(&rest, &evidence) == 0 && rest.size == 0 &&
		digest_equal(&evidence.culprit, id),
	    "once, and it");
	accuse_release(&accuse);
}

/* What a holder says of its first two shards, and how much later. */
struct saying {
	enum proof_verdict of[2];
	uint64_t later;
	bool every; /* when it is asked about each shard */
};

static struct buf
proof_of(struct polls *polls, size_t holder, struct saying saying, uint8_t seed)
{
	enum proof_verdict says[POLLS_SHARDS] = {saying.of[0], saying.of[1]};
	struct digest asked = {{seed}};
	struct buf document = {0};

	polls->later = saying.later;
	polls_prove(polls, holder, &asked, 300, saying.every, says, &document);
	polls->later = 0;
	return document;
}

/* Two proofs as evidence, and found in a heap with what is honest. */
static void
changed(struct polls *polls, struct saying before, struct saying after)
{
	struct buf pair[] = {proof_of(polls, 1, before, 5),
	    proof_of(polls, 1, after, 5)};
	struct span document[] = {span_of_buf(&pair[0]), span_of_buf(&pair[1])};
	struct digest id = owner_of(polls->who[1]).id;
	struct accuse accuse = {.documents = {0}};
	struct evidence evidence;
	struct span rest;

	check(judge(document, 2, &evidence) == 0 &&
		digest_equal(&evidence.culprit, &id) &&
		strstr(evidence.crime, "a piece of a shard, and then") != NULL,
	    "two ways: %s", fail_last()->text);
	must(accuse_add(&accuse, document[1]) == 0 &&
		accuse_add(&accuse, document[0]) == 0,
	    "add");
	check(accuse_find(&accuse) == 0, "it is found");
	rest = span_of_buf(&accuse.evidence);
	check(evidence_judge(&rest, &evidence) == 0 && rest.size == 0, "once");
	pair[0].data[pair[0].size - 1] ^= 1;
	check_fails(judge(document, 2, &evidence), FAIL_DATA,
	    "signature of the proof is wrong", "a forged one");
	accuse_release(&accuse);
	buf_release(&pair[0]);
	buf_release(&pair[1]);
}

/* Two proofs that may both be an honest holder's, in either order. */
static void
unchanged(struct buf before, struct buf after, const char *words)
{
	struct span document[] = {span_of_buf(&before), span_of_buf(&after)};
	struct accuse accuse = {.documents = {0}};
	struct evidence evidence;

	check_fails(judge(document, 2, &evidence), FAIL_DATA, words, words);
	must(accuse_add(&accuse, document[0]) == 0 &&
		accuse_add(&accuse, document[1]) == 0,
	    "add");
	check_fails(accuse_find(&accuse), FAIL_NO, "convict nobody", words);
	accuse_release(&accuse);
	buf_release(&before);
	buf_release(&after);
}

#define OF(first, second)                     \
	{                                     \
		PROOF_##first, PROOF_##second \
	}

/* A piece of a shard, and in the same poll "I have not got it". */
static void
test_changed(void)
{
	static const char none[] = "no shard is missing that was shown before";
	static const struct saying good = {OF(OK, OK), 0, false};
	static const struct saying honest[][2] = {
	    {{OF(BUSY, OK), 0, false}, {OF(OK, OK), 9, false}},
	    {{OF(EIO, EIO), 0, false}, {OF(OK, OK), 9, false}},
	    {{OF(OK, OK), 0, false}, {OF(BUSY, EIO), 9, true}},
	    {{OF(OK, MISSING), 0, false}, {OF(OK, MISSING), 9, true}},
	    {{OF(MISSING, OK), 0, false}, {OF(OK, OK), 9, false}},
	};
	static struct polls polls;
	size_t i;

	polls_init(&polls, 3, 2, false);
	changed(&polls, good, (struct saying){OF(OK, MISSING), 1, false});
	changed(&polls, (struct saying){OF(OK, EIO), 0, false},
	    (struct saying){OF(MISSING, OK), 1, true});
	changed(&polls, (struct saying){OF(OK, EIO), 0, true},
	    (struct saying){OF(MISSING, OK), 1, false});
	for (i = 0; i < COUNT(honest); i++)
		unchanged(proof_of(&polls, 1, honest[i][0], 5),
		    proof_of(&polls, 1, honest[i][1], 5), none);
	unchanged(proof_of(&polls, 1, good, 5),
	    proof_of(&polls, 1, (struct saying){OF(MISSING, OK), 0, false}, 5),
	    "not the later one");
	unchanged(proof_of(&polls, 1, good, 5),
	    proof_of(&polls, 1, (struct saying){OF(MISSING, OK), 1, false}, 6),
	    "of two polls");
	unchanged(proof_of(&polls, 0, good, 5),
	    proof_of(&polls, 1, (struct saying){OF(MISSING, OK), 1, false}, 5),
	    "signed by a stranger");
	polls_release(&polls);
}

/* What an order by that owner, of that time, makes of the evidence. */
static int
judge_by(const struct span *pair, int owner, uint64_t time, struct span ids)
{
	struct secret scalar = scalar_of(owner);
	struct order order = {.time = time, .ids = ids};
	struct poll_list list = {(struct span *)pair, 2};
	struct buf orders = {0}, file = {0};
	struct evidence evidence;
	struct span rest;
	int result;

	must(order_encode(&order, &scalar, &orders) == 0 &&
		evidence_encode(&list, &file) == 0,
	    "an order");
	rest = span_of_buf(&file);
	result = evidence_judge_by(&rest, span_of_buf(&orders), &evidence);
	check(result != 0 || evidence.may_be_forgiven, "for good");
	buf_release(&orders);
	buf_release(&file);
	return result;
}

/* Its owner's word that it need not keep it: no other's, and no other time. */
static void
test_orders(const struct polls *polls, const struct span *pair,
    uint64_t promised)
{
	struct digest id = items_get(&polls->roll.items, 3).id;
	struct digest other = items_get(&polls->roll.items, 2).id;
	struct span ids = span_of_digest(&id);

	check_fails(judge_by(pair, POLLS_OWNER, promised, ids), FAIL_DATA,
	    "was dropped by its owner's order", "ordered");
	check_fails(judge_by(pair, POLLS_OWNER, POLLS_NOW + 60, ids), FAIL_DATA,
	    "by its owner's order", "a clock that is ahead");
	check(judge_by(pair, POLLS_OWNER, promised - 1, ids) == 0,
	    "put again since");
	check(judge_by(pair, POLLS_OWNER, POLLS_NOW + 2 * ORDER_AGE, ids) == 0,
	    "ordered when it was lost");
	check(judge_by(pair, polls->who[1], promised, ids) == 0,
	    "its own order");
	check(judge_by(pair, POLLS_OWNER, promised, span_of_digest(&other)) ==
		0,
	    "another shard");
}

/* "I have it", and later "I have not". */
static void
test_missing(void)
{
	static struct polls polls;
	enum proof_verdict says[POLLS_SHARDS] = {PROOF_OK, PROOF_MISSING};
	struct buf receipt = {0}, proof = {0}, good = {0};
	struct digest seed = {{5}}, id;
	struct span pair[2];
	struct secret scalar;
	struct receipt word = {.time = POLLS_NOW - 5};
	struct evidence evidence;

	polls_init(&polls, 3, 2, false);
	word.owner = polls.roll.owner;
	scalar = scalar_of(polls.who[1]);
	id = items_get(&polls.roll.items, 3).id;
	word.ids = span_of_digest(&id);
	must(receipt_encode(&word, &scalar, &receipt) == 0, "receipt");
	polls_prove(&polls, 1, &seed, 300, false, says, &proof);
	pair[0] = span_of_buf(&receipt);
	pair[1] = span_of_buf(&proof);
	check(judge(pair, 2, &evidence) == 0 &&
		strcmp(evidence.crime,
		    "has not got a shard that it signed for") == 0,
	    "missing: %s", fail_last()->text);
	test_orders(&polls, pair, word.time);
	id = owner_of(polls.who[1]).id;
	check(digest_equal(&evidence.culprit, &id), "the culprit");
	says[1] = PROOF_OK;
	polls_prove(&polls, 1, &seed, 300, false, says, &good);
	test_two_proofs(receipt, good, proof, &id);
	pair[1] = span_of_buf(&good);
	check_fails(judge(pair, 2, &evidence), FAIL_DATA,
	    "is not in the receipt", "nothing is missing");
	pair[1] = span_of_buf(&proof);
	receipt.size = 0;
	word.time = POLLS_NOW + 5;
	must(receipt_encode(&word, &scalar, &receipt) == 0, "receipt");
	pair[0] = span_of_buf(&receipt);
	check_fails(judge(pair, 2, &evidence), FAIL_DATA, "or newer",
	    "put again since");
	receipt.size = 0;
	word.time = 1;
	scalar = scalar_of(polls.who[0]);
	must(receipt_encode(&word, &scalar, &receipt) == 0, "receipt");
	pair[0] = span_of_buf(&receipt);
	check_fails(judge(pair, 2, &evidence), FAIL_DATA, "a stranger",
	    "another holder's receipt");
	buf_release(&receipt);
	buf_release(&proof);
	buf_release(&good);
	polls_release(&polls);
}

/* One shard, its index, and what a holder says is a piece of it. */
static void
wrong_piece(bool right, struct evidence *evidence, int wanted)
{
	struct secret owner = scalar_of(POLLS_OWNER), holder = scalar_of(4);
	struct head head = {1, 1, 1024, owner_of(POLLS_OWNER).id, {0}};
	uint8_t bytes[1000] = {42};
	struct stripe stripe = {.size = sizeof bytes, .total = 1};
	struct proof_answer answer = {.bytes = span_of(bytes, 999)};
	struct proof proof = {.owner = head.owner, .count = 1};
	struct buf encoded = {0}, records = {0}, index = {0}, answers = {0},
		   document = {0};
	struct span pair[2];

	stripe.id[0] = answer.id = tree_root(span_of(bytes, sizeof bytes));
	must(record_encode_head(&head, &encoded) == 0 &&
		record_encode_stripe(&stripe, &records) == 0 &&
		index_encode(&(struct index){span_of_buf(&encoded), 0, 1,
				 span_of_buf(&records)},
		    &owner, &index) == 0,
	    "an index");
	if (right)
		answer.bytes = span_of(bytes, sizeof bytes);
	must(proof_add(&answers, &answer) == 0, "an answer");
	proof.answers = span_of_buf(&answers);
	must(proof_encode(&proof, &holder, &document) == 0, "a proof");
	pair[0] = span_of_buf(&index);
	pair[1] = span_of_buf(&document);
	check(judge(pair, 2, evidence) == wanted, "a piece: %s",
	    fail_last()->text);
	buf_release(&encoded);
	buf_release(&records);
	buf_release(&index);
	buf_release(&answers);
	buf_release(&document);
}

static void
test_wrong(void)
{
	struct digest id = owner_of(4).id;
	struct evidence evidence;

	wrong_piece(true, &evidence, -1);
	check(strstr(fail_last()->text, "no piece in the proof is wrong") !=
		NULL,
	    "it says '%s'", fail_last()->text);
	wrong_piece(false, &evidence, 0);
	check(digest_equal(&evidence.culprit, &id), "the culprit");
}

/*
 * Three members, a liar among them and a poller that lies: two certificates
 * can come of it, which the model finds (s1, N=3 Q=2 B=1). Both have a seal of
 * the liar, and together they name it.
 */
static void
test_two_certificates(void)
{
	static struct three three;
	struct buf box[2] = {{0}}, seal[2] = {{0}}, honest[2] = {{0}},
		   file = {0};
	struct digest id;
	struct evidence evidence;
	struct span rest;
	struct box opened;
	struct seal word;
	int i;

	three_begin(&three, false);
	for (i = 0; i < 2; i++) {
		/* the liar and member i + 1 */
		box_without(&three, i == 0 ? 2 : 1, &box[i]);
		open_box(span_of_buf(&box[i]), &opened);
		word = (struct seal){three.poller.opening.poll,
		    poll_digest(opened.tally)};
		must(seal_encode(&word, &three.scalar[0], &seal[i]) == 0,
		    "the liar's seal");
		check(voter_seal(&three.voter[i + 1], &opened, &honest[i]) == 0,
		    "an honest seal: %s", fail_last()->text);
	}
	must(evidence_of_two(span_of_buf(&seal[0]), span_of_buf(&seal[1]),
		 &file) == 0,
	    "evidence");
	rest = span_of_buf(&file);
	id = owner_of(three.polls.who[0]).id;
	check(evidence_judge(&rest, &evidence) == 0 &&
		digest_equal(&evidence.culprit, &id),
	    "the liar");
	check_fails(evidence_of_two(span_of_buf(&honest[0]),
			span_of_buf(&honest[1]), &file),
	    FAIL_DATA, "not two words of one signer", "the honest two");
	for (i = 0; i < 2; i++) {
		buf_release(&box[i]);
		buf_release(&seal[i]);
		buf_release(&honest[i]);
	}
	buf_release(&file);
	three_end(&three);
}

/*
 * A member that has lost its journal seals twice, which the model finds too
 * (s5, JOURNAL=0); with the journal it does not; the two seals convict it.
 */
static void
test_lost_journal(void)
{
	static struct three three;
	struct buf box[2] = {{0}}, seal[2] = {{0}}, kept = {0}, file = {0};
	struct box opened[2];

	three_begin(&three, false);
	box_without(&three, 2, &box[0]);
	box_without(&three, 0, &box[1]);
	open_box(span_of_buf(&box[0]), &opened[0]);
	open_box(span_of_buf(&box[1]), &opened[1]);
	must(voter_seal(&three.voter[1], &opened[0], &seal[0]) == 0, "a seal");
	must(journal_encode(&three.journal[1], &kept) == 0, "kept");
	check_fails(voter_seal(&three.voter[1], &opened[1], &seal[1]), FAIL_NO,
	    "has asked something else", "a second seal");
	/* what a poller that shows two tallies gives away */
	check(evidence_of_two(opened[0].tally, opened[1].tally, &file) == 0,
	    "two tallies: %s", fail_last()->text);
	three.journal[1].said[JOURNAL_SEAL].size = 0;
	check(voter_seal(&three.voter[1], &opened[1], &seal[1]) == 0,
	    "without its journal: %s", fail_last()->text);
	check(evidence_of_two(span_of_buf(&seal[0]), span_of_buf(&seal[1]),
		  &file) == 0,
	    "two seals: %s", fail_last()->text);
	buf_release(&box[0]);
	buf_release(&box[1]);
	buf_release(&seal[0]);
	buf_release(&seal[1]);
	buf_release(&kept);
	buf_release(&file);
	three_end(&three);
}

/*
 * One vote does not settle silence (s2, SETTLE=1): of two that are not the
 * holder, one says ok and one silent.
 */
static void
test_one_vote(void)
{
	static struct three three;
	struct ballot lie = {.count = 3};
	uint8_t verdict[3] = {VERDICT_NONE, VERDICT_SILENT, VERDICT_SILENT};
	uint8_t counted[3];
	struct tally tally = {.verdict = counted};
	struct buf document = {0}, box = {0};
	struct box opened;

	three_begin(&three, true);
	lie.poll = three.poller.opening.poll;
	lie.seed = poll_digest(poller_says(&three.poller, POLLER_SEED));
	lie.verdict = verdict;
	must(ballot_encode(&lie, &three.scalar[0], &document) == 0 &&
		poller_take(&three.poller, span_of_buf(&document)) == 1,
	    "a lie");
	box_without(&three, 2, &box);
	open_box(span_of_buf(&box), &opened);
	must(count_box(&three.polls.roll, &opened, &tally) == 0, "count");
	check(counted[1] != VERDICT_SILENT, "one vote settles silence");
	check(counted[2] == VERDICT_SILENT, "two votes do not");
	buf_release(&document);
	buf_release(&box);
	three_end(&three);
}

/* A tally that does not follow convicts its poller; one that does, not. */
static void
test_wrong_tally(void)
{
	static struct three three;
	struct buf box = {0}, forged = {0}, other = {0};
	uint8_t verdict[3] = {VERDICT_BAD, VERDICT_BAD, VERDICT_BAD};
	struct tally tally = {.verdict = verdict};
	struct digest id = owner_of(POLLS_OWNER).id;
	struct evidence evidence;
	struct span three_of[3];
	struct box opened;

	three_begin(&three, false);
	box_without(&three, 2, &box);
	three_of[0] = span_of_buf(&three.polls.members);
	three_of[1] = span_of_buf(&three.polls.items);
	three_of[2] = span_of_buf(&box);
	check_fails(judge(three_of, 3, &evidence), FAIL_DATA,
	    "the tally follows from its ballots", "a right tally");
	open_box(span_of_buf(&box), &opened);
	must(count_box(&three.polls.roll, &opened, &tally) == 0, "count");
	memset(verdict, VERDICT_BAD, sizeof verdict);
	must(tally_encode(&tally, &three.key, &forged) == 0, "forged");
	opened.tally = span_of_buf(&forged);
	must(box_encode(&opened, &other) == 0, "a box");
	three_of[2] = span_of_buf(&other);
	check(judge(three_of, 3, &evidence) == 0 &&
		digest_equal(&evidence.culprit, &id),
	    "a wrong tally: %s", fail_last()->text);
	/* nobody can make a right tally look wrong with another box */
	open_box(span_of_buf(&box), &opened);
	opened.ballots.count--;
	other.size = 0;
	must(box_encode(&opened, &other) == 0, "a box");
	three_of[2] = span_of_buf(&other);
	check_fails(judge(three_of, 3, &evidence), FAIL_DATA,
	    "of another ballot box", "a box with a ballot less");
	buf_release(&box);
	buf_release(&forged);
	buf_release(&other);
	three_end(&three);
}

int
main(void)
{
	test_two();
	test_two_of_each();
	test_accuse();
	test_changed();
	test_missing();
	test_wrong();
	test_two_certificates();
	test_lost_journal();
	test_one_vote();
	test_wrong_tally();
	return failures != 0;
}
