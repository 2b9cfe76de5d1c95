/* SPDX-License-Identifier: ISC */
/* Proofs: bad ones first, then what they say, and what is drawn for them. */
#include "vote/proof.h"

#include "crypto/hash.h"
#include "crypto/piece.h"
#include "document.h"
#include "format/limits.h"

#define SHARDS 7
#define QUESTIONS 50

static uint8_t bytes[SHARDS][40000];
static struct duty duty[SHARDS];
static struct drawn drawn[QUESTIONS];
static struct digest seed = {{9}}, holder;

static struct span
shard(size_t i)
{
	return span_of(bytes[i], duty[i].size);
}

/* The shard that duty number `i` is, now that they are sorted. */
static struct span
shard_of(const struct duty *of)
{
	struct digest root;
	size_t i, size;

	for (i = 0; i < SHARDS; i++) {
		size = i == 0 ? 1 : i * 6000;
		root = tree_root(span_of(bytes[i], size));
		if (digest_equal(&root, &of->id))
			return span_of(bytes[i], size);
	}
	return shard(0);
}

static void
make_shards(void)
{
	size_t i, b;

	for (i = 0; i < SHARDS; i++) {
		for (b = 0; b < sizeof bytes[i]; b++)
			bytes[i][b] = (uint8_t)(b * 13 + i * 5 + (b >> 9));
		duty[i].size = i == 0 ? 1 : (uint32_t)i * 6000;
		duty[i].id = tree_root(shard(i));
	}
	check(duty_sort(duty, SHARDS) == SHARDS, "the shards differ");
	holder = owner_of(1).id;
	draw_pieces(&seed, &holder, duty, SHARDS, drawn, QUESTIONS);
}

/* Right answers to the questions from `first` on. */
static struct buf
answers_from(size_t first, size_t count)
{
	struct buf answers = {0};
	const struct duty *of;
	size_t i;

	for (i = first; i < first + count; i++) {
		of = &duty[drawn[i].duty];
		must(proof_add_bytes(&answers, &of->id, drawn[i].piece,
			 shard_of(of)) == 0,
		    "an answer");
	}
	return answers;
}

static struct buf
document_with(const struct proof *proof, int who)
{
	struct secret scalar = scalar_of(who);
	struct buf document = {0};

	must(proof_encode(proof, &scalar, &document) == 0, "encode");
	return document;
}

static void
refused(struct proof proof, const char *what)
{
	struct buf document = document_with(&proof, 1);
	struct proof back;

	check_fails(proof_decode(span_of_buf(&document), &holder, &back),
	    FAIL_DATA, "malformed", what);
	buf_release(&document);
}

static void
test_malformed(void)
{
	struct proof_answer answer = {.verdict = PROOF_MISSING,
	    .bytes = span_of("x", 1)};
	struct buf answers = answers_from(0, 2), odd = {0};
	struct proof proof = {.count = 2, .answers = span_of_buf(&answers)};

	proof.count = 1;
	refused(proof, "more answers than it says");
	proof.count = 3;
	refused(proof, "fewer answers than it says");
	proof.count = 2;
	proof.answers.size--;
	refused(proof, "an answer that is cut short");
	must(proof_add(&odd, &answer) == 0, "add");
	refused((struct proof){.count = 1, .answers = span_of_buf(&odd)},
	    "missing, with bytes");
	odd.size = 0;
	answer = (struct proof_answer){.verdict = PROOF_WRONG};
	must(proof_add(&odd, &answer) == 0, "add");
	refused((struct proof){.count = 1, .answers = span_of_buf(&odd)},
	    "a verdict that no holder gives");
	odd.size = 0;
	answer = (struct proof_answer){.path = span_of(bytes[0], 33)};
	must(proof_add(&odd, &answer) == 0, "add");
	refused((struct proof){.count = 1, .answers = span_of_buf(&odd)},
	    "half a digest in the path");
	buf_release(&odd);
	buf_release(&answers);
}

static void
test_damage(void)
{
	struct buf answers = answers_from(0, 1);
	struct proof proof = {.count = 1, .answers = span_of_buf(&answers)},
		     back;
	struct buf document = document_with(&proof, 1);
	size_t i;

	for (i = 0; i < document.size; i += i < 200 ? 1 : 23) {
		document.data[i] ^= 1;
		check(proof_decode(span_of_buf(&document), &holder, &back) ==
			-1,
		    "byte %zu does not matter", i);
		document.data[i] ^= 1;
	}
	document_malleate(&document);
	check(proof_decode(span_of_buf(&document), &holder, &back) == -1,
	    "the other signature");
	buf_release(&document);
	buf_release(&answers);
}

/* A proof of some of the questions, whole and about others. */
static void
test_round(size_t first, size_t count)
{
	struct buf answers = answers_from(first, count);
	struct proof proof = {.owner = owner_of(3).id,
			 .seed = seed,
			 .time = 1700000000,
			 .first = first,
			 .count = count,
			 .answers = span_of_buf(&answers)},
		     back;
	struct buf document = document_with(&proof, 1);
	struct digest other = {{8}};
	uint8_t verdict[QUESTIONS];
	size_t i;

	memset(verdict, 99, sizeof verdict);
	must(proof_decode(span_of_buf(&document), &holder, &back) == 0,
	    "decode");
	check(digest_equal(&back.holder, &holder) && back.time == proof.time &&
		digest_equal(&back.owner, &proof.owner),
	    "what it says");
	check(proof_check(&back, &seed, duty, drawn, QUESTIONS, verdict) == 0,
	    "%s", fail_last()->text);
	for (i = 0; i < count; i++)
		check(verdict[i] == PROOF_OK, "answer %zu is not ok", i);
	check_fails(proof_check(&back, &other, duty, drawn, QUESTIONS, verdict),
	    FAIL_DATA, "another seed", "another seed");
	if (count > 0)
		check_fails(proof_check(&back, &seed, duty, drawn,
				first + count - 1, verdict),
		    FAIL_DATA, "more questions", "more answers than asked");
	back.first++;
	if (first + count < QUESTIONS && count > 5)
		check_fails(proof_check(&back, &seed, duty, drawn, QUESTIONS,
				verdict),
		    FAIL_DATA, "other questions", "other questions");
	buf_release(&document);
	buf_release(&answers);
}

/* What a holder says, and what that is worth. */
static void
test_verdicts(void)
{
	const struct duty *of = &duty[SHARDS - 1];
	struct span whole = shard_of(of), rest;
	struct proof_answer answer;
	struct buf answers = {0};
	uint8_t spoilt[sizeof bytes[0]];
	int v;

	memcpy(spoilt, whole.data, whole.size);
	spoilt[whole.size - 1] ^= 1;
	must(proof_add_bytes(&answers, &of->id, 0,
		 span_of(spoilt, whole.size)) == 0,
	    "damaged bytes");
	must(proof_add_bytes(&answers, &of->id, 0,
		 span_of(whole.data, whole.size - 1)) == 0,
	    "cut bytes");
	rest = span_of_buf(&answers);
	while (proof_next(&rest, &answer) > 0)
		check(proof_judge(&answer, of) == PROOF_MISSING,
		    "who finds its shard damaged says so");
	check_fails(proof_add_bytes(&answers, &of->id,
			(uint32_t)piece_count(whole.size), whole),
	    FAIL_DATA, "no piece", "a piece behind the end");
	answers.size = 0;
	must(proof_add_bytes(&answers, &of->id, 0, whole) == 0, "add");
	rest = span_of_buf(&answers);
	must(proof_next(&rest, &answer) == 1, "next");
	check(proof_judge(&answer, of) == PROOF_OK, "the right bytes");
	check(proof_judge(&answer, &duty[0]) == PROOF_WRONG, "another shard");
	answer.bytes = span_of(spoilt + 1, answer.bytes.size);
	check(proof_judge(&answer, of) == PROOF_WRONG, "other bytes");
	for (v = PROOF_MISSING; v < PROOF_WRONG; v++) {
		answer = (struct proof_answer){.verdict = (enum proof_verdict)v,
		    .id = of->id};
		check(proof_judge(&answer, of) == (enum proof_verdict)v, "%s",
		    proof_verdict_name((enum proof_verdict)v));
	}
	buf_release(&answers);
}

/* Every piece has the same chance, and nothing else is drawn. */
static void
test_draw(void)
{
	static struct drawn many[30000];
	static unsigned hits[SHARDS][64];
	struct digest other = {{8}};
	struct drawn again[QUESTIONS];
	size_t i, p, pieces = 0;
	double expected;

	draw_pieces(&seed, &other, duty, SHARDS, again, QUESTIONS);
	check(memcmp(again, drawn, sizeof again) != 0, "another holder");
	draw_pieces(&other, &holder, duty, SHARDS, again, QUESTIONS);
	check(memcmp(again, drawn, sizeof again) != 0, "another seed");
	draw_pieces(&seed, &holder, duty, SHARDS, again, QUESTIONS);
	check(memcmp(again, drawn, sizeof again) == 0, "the same again");
	draw_pieces(&seed, &holder, duty, SHARDS, many, COUNT(many));
	for (i = 0; i < COUNT(many); i++) {
		must(many[i].duty < SHARDS &&
			many[i].piece < piece_count(duty[many[i].duty].size),
		    "there is such a piece");
		hits[many[i].duty][many[i].piece]++;
	}
	for (i = 0; i < SHARDS; i++)
		pieces += piece_count(duty[i].size);
	expected = (double)COUNT(many) / (double)pieces;
	for (i = 0; i < SHARDS; i++)
		for (p = 0; p < piece_count(duty[i].size); p++)
			check(hits[i][p] > expected * 0.7 &&
				hits[i][p] < expected * 1.3,
			    "shard %zu, piece %zu: %u of %.0f", i, p,
			    hits[i][p], expected);
	draw_each(&seed, &holder, duty, SHARDS, many);
	for (i = 0; i < SHARDS; i++)
		check(many[i].duty == i &&
			many[i].piece < piece_count(duty[i].size),
		    "one question for shard %zu", i);
}

static void
test_duties(void)
{
	struct duty twice[4] = {duty[3], duty[1], duty[3], duty[2]};
	struct digest nobody = {{1}};

	check(duty_sort(twice, 4) == 3, "each but once");
	check(duty_find(twice, 3, &duty[2].id) != NULL, "found");
	check(duty_find(twice, 3, &nobody) == NULL, "not found");
	check(duty_find(NULL, 0, &nobody) == NULL, "none at all");
}

int
main(void)
{
	make_shards();
	test_malformed();
	test_damage();
	test_round(0, QUESTIONS);
	test_round(10, 20);
	test_round(QUESTIONS, 0);
	test_verdicts();
	test_draw();
	test_duties();
	return failures != 0;
}
