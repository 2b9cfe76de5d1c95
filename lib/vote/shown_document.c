/* SPDX-License-Identifier: ISC */
#include "vote/shown_document.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/memory.h"
#include "base/number.h"
#include "vote/again.h"
#include "vote/ballot.h"
#include "vote/challenge.h"
#include "vote/opening.h"
#include "vote/proof.h"
#include "vote/tally.h"

#define FIELDS 12

/* A row being filled; it ends with who signed. */
struct row {
	struct report_field field[FIELDS];
	size_t count;
	char signer[BASE32_TEXT], owner[BASE32_TEXT];
	char hex[DIGEST_HEX_SIZE], date[NUMBER_TIME_TEXT];
};

static void
add_text(struct row *row, const char *name, const char *text)
{
	row->field[row->count++] =
	    (struct report_field){.name = name, .text = text};
}

static void
add_number(struct row *row, const char *name, uint64_t number)
{
	row->field[row->count++] = (struct report_field){.name = name,
	    .number = number,
	    .is_number = true};
}

static void
add_digest(struct row *row, const char *name, const struct digest *digest)
{
	digest_hex(digest, row->hex);
	add_text(row, name, row->hex);
}

/* A time is a number for programs and a date for people. */
static void
add_time(struct row *row, uint64_t time)
{
	number_time_text(time, row->date);
	add_number(row, "time", time);
	row->field[row->count - 1].text = row->date;
}

static int
add_opening(struct row *row, struct span document, struct poll *poll)
{
	struct opening opening;

	if (opening_decode(document, &opening) != 0)
		return -1;
	*poll = opening.poll;
	add_number(row, "items", opening.count);
	add_number(row, "samples", opening.samples);
	add_number(row, "committee", opening.committee);
	add_number(row, "strict", opening.strict);
	add_number(row, "wait", opening.closes);
	add_number(row, "again", opening.again.size / AGAIN_SIZE);
	return 0;
}

static int
add_joining(struct row *row, struct span document, struct poll *poll)
{
	struct joining joining;

	if (joining_decode(document, NULL, &joining) != 0)
		return -1;
	*poll = joining.poll;
	add_text(row, "answer", joining_reason_name(joining.reason));
	if (!digest_is_zero(&joining.last))
		add_digest(row, "last", &joining.last);
	return 0;
}

static int
add_challenge(struct row *row, struct span document, struct poll *poll)
{
	struct span room[LIMIT_VOTERS];
	struct challenge challenge = {.joinings = {room, 0}};

	if (challenge_decode(document, NULL, &challenge) != 0)
		return -1;
	*poll = challenge.poll;
	add_number(row, "joinings", challenge.joinings.count);
	return 0;
}

static int
add_reveal(struct row *row, struct span document, struct poll *poll)
{
	struct reveal reveal;

	if (reveal_decode(document, NULL, &reveal) != 0)
		return -1;
	*poll = reveal.poll;
	add_digest(row, "reveals", &reveal.number);
	return 0;
}

static int
add_seed(struct row *row, struct span document, struct poll *poll)
{
	struct span room[LIMIT_VOTERS];
	struct seed seed = {.reveals = {room, 0}};

	if (seed_decode(document, NULL, &seed) != 0)
		return -1;
	*poll = seed.poll;
	add_number(row, "reveals", seed.reveals.count);
	return 0;
}

/* Of `count` items, or of any number: then what is good is not known. */
static void
add_verdicts(struct row *row, const uint8_t *verdict, size_t count, bool good)
{
	size_t of[VERDICTS];
	int i;

	verdict_count(verdict, count, of);
	for (i = good ? 0 : 1; i < VERDICTS; i++)
		add_number(row, verdict_name((enum verdict)i), of[i]);
}

static int
add_ballot(struct row *row, struct span document, struct poll *poll,
    uint8_t *verdict)
{
	struct ballot ballot = {.verdict = verdict, .count = LIMIT_ITEMS};

	if (ballot_decode(document, NULL, &ballot) != 0)
		return -1;
	*poll = ballot.poll;
	add_verdicts(row, verdict, LIMIT_ITEMS, false);
	return 0;
}

static int
add_tally(struct row *row, struct span document, struct poll *poll,
    uint8_t *verdict)
{
	struct tally tally = {.verdict = verdict};

	if (tally_decode(document, NULL, &tally) != 0)
		return -1;
	*poll = tally.poll;
	add_time(row, tally.time);
	add_number(row, "ballots", tally.ballots);
	add_verdicts(row, verdict, (size_t)tally.count, true);
	return 0;
}

static int
add_seal(struct row *row, struct span document, struct poll *poll)
{
	struct seal seal;

	if (seal_decode(document, NULL, &seal) != 0)
		return -1;
	*poll = seal.poll;
	add_digest(row, "tally", &seal.tally);
	return 0;
}

/* A proof speaks of no poll, but of a seed. */
static int
add_proof(struct row *row, struct span document)
{
	struct proof_answer answer;
	uint64_t count[PROOF_VERDICTS] = {0};
	struct proof proof;
	int i;

	if (proof_decode(document, NULL, &proof) != 0)
		return -1;
	while (proof_next(&proof.answers, &answer) > 0)
		count[answer.verdict]++;
	base32_encode(BASE32_ID, proof.owner.byte, row->owner);
	add_text(row, "owner", row->owner);
	add_time(row, proof.time);
	add_number(row, "first", proof.first);
	for (i = 0; i < PROOF_WRONG; i++)
		add_number(row, proof_verdict_name((enum proof_verdict)i),
		    count[i]);
	return 0;
}

static int
add_rest(struct row *row, struct span document, enum record_kind kind,
    struct poll *poll, uint8_t *verdict)
{
	switch (kind) {
	case RECORD_PROOF:
		return add_proof(row, document);
	case RECORD_OPENING:
		return add_opening(row, document, poll);
	case RECORD_JOINING:
		return add_joining(row, document, poll);
	case RECORD_CHALLENGE:
		return add_challenge(row, document, poll);
	case RECORD_REVEAL:
		return add_reveal(row, document, poll);
	case RECORD_SEED:
		return add_seed(row, document, poll);
	case RECORD_BALLOT:
		return add_ballot(row, document, poll, verdict);
	case RECORD_TALLY:
		return add_tally(row, document, poll, verdict);
	default:
		return add_seal(row, document, poll);
	}
}

int
shown_document(enum report_style style, struct span document,
    enum record_kind kind, struct buf *to)
{
	static const char *const names[] = {"opening", "joining", "challenge",
	    "reveal", "seed", "ballot", "tally", "seal"};
	struct row row = {.count = 0};
	struct poll poll = {.sequence = 0};
	struct digest signer;
	uint8_t *verdict = memory_get(1, LIMIT_ITEMS);
	int result = 0;

	if (verdict == NULL)
		return -1;
	add_text(&row, "record",
	    kind == RECORD_PROOF ? "proof" : names[kind - RECORD_OPENING]);
	if (kind != RECORD_PROOF)
		add_number(&row, "poll", 0);
	if (cose_peek(document, &signer) < 0 ||
	    add_rest(&row, document, kind, &poll, verdict) != 0)
		result = -1;
	free(verdict);
	if (result != 0)
		return -1;
	if (kind != RECORD_PROOF)
		row.field[1].number = poll.sequence;
	base32_encode(BASE32_ID, signer.byte, row.signer);
	add_text(&row, "signer", row.signer);
	return report_row(style, row.field, row.count, to);
}

int
shown_document_list(enum report_style style, const char *name, size_t count,
    struct buf *to)
{
	struct row row = {.count = 0};

	add_text(&row, "record", name);
	add_number(&row, "documents", count);
	return report_row(style, row.field, row.count, to);
}

int
shown_document_items(enum report_style style, size_t count,
    const struct digest *root, struct buf *to)
{
	struct row row = {.count = 0};

	add_text(&row, "record", "items");
	add_number(&row, "items", count);
	add_digest(&row, "id", root);
	return report_row(style, row.field, row.count, to);
}

int
shown_document_held(enum report_style style, size_t member, size_t count,
    struct buf *to)
{
	struct row row = {.count = 0};

	add_text(&row, "record", "held");
	add_number(&row, "index", member);
	add_number(&row, "items", count);
	return report_row(style, row.field, row.count, to);
}
