/* SPDX-License-Identifier: ISC */
/*
 * Holders that have not what they should, asked with many seeds: each is found
 * out as often as 1 - (1 - r)^c says, r being the share of its pieces that it
 * has not and c how many are asked for. Here they lie as well as they can:
 * what they have not, they make up, with the right path. What they sign then
 * names them to anybody who has the owner's index.
 */
#include <math.h>

#include "crypto/hash.h"
#include "crypto/piece.h"
#include "doc/index.h"
#include "document.h"
#include "vote/evidence.h"
#include "vote/proof.h"

#define SHARDS 100
#define PIECES 20
#define SIZE (PIECES * PIECE_SIZE)
#define ALL (SHARDS * PIECES)
#define QUESTIONS 300
#define SEEDS 250
#define OWNER 15

static uint8_t shard[SHARDS][SIZE];
static struct duty duty[SHARDS];  /* sorted */
static unsigned shard_of[SHARDS]; /* which one a duty is */
static struct digest path[SHARDS][PIECES][PIECE_PATH_MAX];
static size_t path_count[SHARDS][PIECES];

/* What a holder has of each piece: the shard whose bytes it would send. */
static int has[ALL];
#define NOTHING (-1)

static struct digest
seed_of(unsigned number)
{
	return hash_bytes(span_of(&number, sizeof number));
}

static void
make_shards(void)
{
	struct digest id[SHARDS], stream;
	unsigned i, b, p;

	for (i = 0; i < SHARDS; i++) {
		for (b = 0; b < SIZE; b++) {
			if (b % 32 == 0)
				stream = seed_of(i * SIZE + b);
			shard[i][b] = stream.byte[b % 32];
		}
		id[i] = tree_root(span_of(shard[i], SIZE));
		duty[i] = (struct duty){id[i], SIZE};
		for (p = 0; p < PIECES; p++)
			path_count[i][p] =
			    piece_path(span_of(shard[i], SIZE), p, path[i][p]);
	}
	must(duty_sort(duty, SHARDS) == SHARDS, "the shards differ");
	for (i = 0; i < SHARDS; i++)
		shard_of[duty_find(duty, SHARDS, &id[i]) - duty] = i;
}

/* An answer that looks as right as the holder can make it. */
static void
answer(struct buf *answers, const struct drawn *drawn)
{
	static const uint8_t made_up[PIECE_SIZE];
	unsigned which = shard_of[drawn->duty];
	int from = has[drawn->duty * PIECES + drawn->piece];
	struct proof_answer said = {
	    .id = duty[drawn->duty].id,
	    .piece = drawn->piece,
	    .bytes = from == NOTHING
		? span_of(made_up, sizeof made_up)
		: piece_of(span_of(shard[from], SIZE), drawn->piece),
	    .path = span_of(path[which][drawn->piece],
		path_count[which][drawn->piece] * sizeof(struct digest)),
	};

	must(proof_add(answers, &said) == 0, "an answer");
}

/* The owner's index of all shards: each is a stripe of its own. */
static struct span
index_of_all(void)
{
	static struct buf document;
	struct secret owner = scalar_of(OWNER);
	struct head head = {1, 1, SIZE, owner_of(OWNER).id, {0}};
	struct stripe stripe = {.size = SIZE, .total = 1};
	struct buf encoded = {0}, records = {0};

	if (document.size > 0)
		return span_of_buf(&document);
	must(record_encode_head(&head, &encoded) == 0, "a head");
	for (; stripe.number < SHARDS; stripe.number++) {
		stripe.id[0] = duty[stripe.number].id;
		must(record_encode_stripe(&stripe, &records) == 0, "a stripe");
	}
	must(index_encode(&(struct index){span_of_buf(&encoded), 0, SHARDS,
			      span_of_buf(&records)},
		 &owner, &document) == 0,
	    "an index");
	buf_release(&encoded);
	buf_release(&records);
	return span_of_buf(&document);
}

/* Whether what the first holder has signed convicts it. */
static bool
is_named(struct proof *proof)
{
	struct secret scalar = scalar_of(1);
	struct digest id = owner_of(1).id;
	struct buf document = {0}, file = {0};
	struct span pair[2], rest;
	struct poll_list list = {pair, 2};
	struct evidence evidence;
	bool named;

	proof->owner = owner_of(OWNER).id;
	must(proof_encode(proof, &scalar, &document) == 0, "sign");
	pair[0] = index_of_all();
	pair[1] = span_of_buf(&document);
	must(evidence_encode(&list, &file) == 0, "evidence");
	rest = span_of_buf(&file);
	named = evidence_judge(&rest, &evidence) == 0;
	check(!named || digest_equal(&evidence.culprit, &id), "somebody else");
	buf_release(&document);
	buf_release(&file);
	return named;
}

/* Whether one audit finds the holder out. */
static bool
is_found(unsigned number, const struct digest *holder)
{
	struct digest seed = seed_of(number);
	struct drawn drawn[QUESTIONS];
	uint8_t verdict[QUESTIONS];
	struct buf answers = {0};
	struct proof proof = {.seed = seed, .count = QUESTIONS};
	bool found = false;
	size_t i;

	draw_pieces(&seed, holder, duty, SHARDS, drawn, QUESTIONS);
	for (i = 0; i < QUESTIONS; i++)
		answer(&answers, &drawn[i]);
	proof.answers = span_of_buf(&answers);
	must(proof_check(&proof, &seed, duty, drawn, QUESTIONS, verdict) == 0,
	    "the questions are answered");
	for (i = 0; i < QUESTIONS; i++)
		found |= verdict[i] != PROOF_OK;
	if (number % 50 == 0)
		check(is_named(&proof) == found, "seed %u: found is %d: %s",
		    number, found, fail_last()->text);
	buf_release(&answers);
	return found;
}

/* Found as often as it should be, give or take four standard deviations. */
static void
test_found(const char *what, const struct digest *holder)
{
	unsigned number, found = 0, missing = 0, i;
	double expected, deviation;

	for (i = 0; i < ALL; i++)
		missing += has[i] != (int)shard_of[i / PIECES];
	expected = 1 - pow(1 - (double)missing / ALL, QUESTIONS);
	deviation = sqrt(expected * (1 - expected) / SEEDS);
	for (number = 0; number < SEEDS; number++)
		found += is_found(1000 + number, holder);
	printf("%s: %.1f %% of the pieces; found %u of %d times, expected "
	       "%.3f\n",
	    what, 100.0 * missing / ALL, found, SEEDS, expected);
	check(fabs((double)found / SEEDS - expected) <= 4 * deviation,
	    "%s: found %u of %d times, not %.3f", what, found, SEEDS, expected);
}

static void
have_all(void)
{
	unsigned i;

	for (i = 0; i < ALL; i++)
		has[i] = (int)shard_of[i / PIECES];
}

/* So many pieces gone, anywhere. */
static void
lose(unsigned count)
{
	struct digest chance;
	unsigned i, at;

	for (i = 0; count > 0; i++) {
		chance = seed_of(7000000 + i);
		at = (chance.byte[0] | (unsigned)chance.byte[1] << 8 |
			 (unsigned)chance.byte[2] << 16) %
		    ALL;
		count -= has[at] != NOTHING;
		has[at] = NOTHING;
	}
}

/* Each serves the other's bytes. */
static void
swap_shards(unsigned a, unsigned b)
{
	unsigned p;

	for (p = 0; p < PIECES; p++) {
		has[a * PIECES + p] = (int)shard_of[b];
		has[b * PIECES + p] = (int)shard_of[a];
	}
}

/* Nothing but what one audit has asked for. */
static void
keep_what_was_asked(unsigned number, const struct digest *holder)
{
	struct digest seed = seed_of(number);
	struct drawn drawn[QUESTIONS];
	unsigned i;

	for (i = 0; i < ALL; i++)
		has[i] = NOTHING;
	draw_pieces(&seed, holder, duty, SHARDS, drawn, QUESTIONS);
	for (i = 0; i < QUESTIONS; i++)
		has[drawn[i].duty * PIECES + drawn[i].piece] =
		    (int)shard_of[drawn[i].duty];
}

/*
 * A proof that one signs of what the other was asked for, who has the same
 * shards; as the first holder's. 0 if it is one of its own.
 */
static int
check_borrowed(const struct digest *seed, const struct secret *signer)
{
	struct digest holder = owner_of(1).id, other = owner_of(2).id;
	struct drawn drawn[QUESTIONS], theirs[QUESTIONS];
	uint8_t verdict[QUESTIONS];
	struct buf answers = {0}, document = {0};
	struct proof proof = {.seed = *seed, .count = QUESTIONS}, back;
	size_t i;
	int result;

	draw_pieces(seed, &holder, duty, SHARDS, drawn, QUESTIONS);
	draw_pieces(seed, &other, duty, SHARDS, theirs, QUESTIONS);
	for (i = 0; i < QUESTIONS; i++)
		answer(&answers, &theirs[i]);
	proof.answers = span_of_buf(&answers);
	must(proof_encode(&proof, signer, &document) == 0, "sign");
	result = proof_decode(span_of_buf(&document), &holder, &back);
	if (result == 0)
		result =
		    proof_check(&back, seed, duty, drawn, QUESTIONS, verdict);
	buf_release(&answers);
	buf_release(&document);
	return result;
}

/*
 * Answers of one holder do not serve another, whoever signs them: with no
 * seed are the two asked for the same.
 */
static void
test_borrowed(void)
{
	struct secret own = scalar_of(1), other = scalar_of(2);
	unsigned number, found = 0;
	struct digest seed;

	have_all();
	for (number = 0; number < SEEDS; number++) {
		seed = seed_of(1000 + number);
		check_fails(check_borrowed(&seed, &own), FAIL_DATA,
		    "other questions", "another holder's answers");
		found += strstr(fail_last()->text, "other questions") != NULL;
	}
	check_fails(check_borrowed(&seed, &other), FAIL_DATA, "stranger",
	    "another holder's proof");
	printf("fetched answers from another holder: found %u of %d times\n",
	    found, SEEDS);
}

int
main(void)
{
	struct digest holder = owner_of(1).id;
	unsigned i;

	make_shards();
	have_all();
	test_found("honest", &holder);
	lose(ALL / 100);
	test_found("lost 1 %", &holder);
	have_all();
	lose(ALL / 1000);
	test_found("lost 0.1 %", &holder);
	have_all();
	swap_shards(3, 71);
	test_found("swapped two shards", &holder);
	have_all();
	for (i = 0; i < PIECES; i++)
		has[5 * PIECES + i] = NOTHING;
	test_found("one shard of another backup", &holder);
	keep_what_was_asked(1, &holder);
	test_found("kept what was asked last time", &holder);
	check(!is_found(1, &holder), "the same seed would not find it");
	test_borrowed();
	return failures != 0;
}
