/* SPDX-License-Identifier: ISC */
#include "vote/answered.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/memory.h"
#include "doc/cose.h"
#include "doc/index.h"
#include "doc/members.h"
#include "format/limits.h"

/* Files being checked. */
struct checking {
	struct members members;
	struct digest owner;
	struct buf shards; /* of all indexes, a duty each; sorted at last */
	size_t count;
	struct answered holder[LIMIT_MEMBERS];
};

const enum proof_verdict answered_order[PROOF_VERDICTS] = {PROOF_OK,
    PROOF_MISSING, PROOF_WRONG, PROOF_EIO, PROOF_BUSY};

typedef int take_document(struct checking *checking, struct span document);

void
answered_fields(const struct answered *answered,
    struct report_field field[static ANSWERED_FIELDS])
{
	static const int width[PROOF_VERDICTS] = {8, 8, 6, 6, 6};
	enum proof_verdict verdict;
	int i;

	field[0] =
	    (struct report_field){"asked", NULL, answered->asked, true, 8};
	for (i = 0; i < PROOF_VERDICTS; i++) {
		verdict = answered_order[i];
		field[1 + i] =
		    (struct report_field){proof_verdict_name(verdict), NULL,
			answered->count[verdict], true, width[i]};
	}
}

int
answered_judge(const struct answered *answered, const char *who)
{
	const uint64_t *count = answered->count;
	unsigned long long lost = count[PROOF_MISSING] + count[PROOF_WRONG];
	unsigned long long unread = count[PROOF_EIO] + count[PROOF_BUSY];
	unsigned long long asked = answered->asked;

	if (lost > 0) {
		fail(FAIL_NO,
		    "%s has not got %llu of the %llu pieces that it was "
		    "asked for",
		    who, lost, asked);
		return fail_hint(
		    "shard-repair -a -c rebuilds what is lost or rotten");
	}
	if (unread > 0)
		return fail(FAIL_SYSTEM,
		    "%s could not answer %llu of %llu questions now", who,
		    unread, asked);
	return 0;
}

static int
take_index(struct checking *checking, struct span document)
{
	struct index index;

	if (index_decode(document, &checking->owner, &index) != 0)
		return -1;
	return duty_add(&index, &checking->shards);
}

static int
take_proof(struct checking *checking, struct span document)
{
	struct proof_answer answer;
	struct answered *holder;
	const struct duty *duty;
	struct proof proof;
	int place, got;

	if (proof_decode(document, NULL, &proof) != 0)
		return -1;
	if (!digest_equal(&proof.owner, &checking->owner))
		return fail(FAIL_DATA, "a proof is about another owner's");
	place = members_find(&checking->members, &proof.holder);
	if (place < 0)
		return fail(FAIL_DATA,
		    "a proof is of a stranger, who is no member");
	holder = &checking->holder[place];
	while ((got = proof_next(&proof.answers, &answer)) > 0) {
		duty = duty_find((struct duty *)(void *)checking->shards.data,
		    checking->count, &answer.id);
		if (duty == NULL) {
			fail(FAIL_DATA,
			    "a proof is about a shard that is in no index");
			return fail_hint("give all indexes of the owner, which "
					 "are in any store of its holders");
		}
		holder->asked++;
		holder->count[proof_judge(&answer, duty)]++;
	}
	return got;
}

/* Take what is of one kind; there is only this and `other`. */
static int
take_all(struct checking *checking, struct span sequence, int kind, int other,
    take_document *take)
{
	struct digest signer;
	struct span item;
	int is, got;

	while (
	    (got = cbor_take(&sequence, LIMIT_DOCUMENT, "a file", &item)) > 0) {
		is = cose_peek(item, &signer);
		if (is != kind && is != other)
			return fail(FAIL_DATA,
			    "this is neither a proof nor an index");
		if (is == kind && take(checking, item) != 0)
			return -1;
	}
	return got;
}

static int
add_row(enum report_style style, const struct checking *checking, size_t place,
    struct buf *rows)
{
	struct report_field field[1 + ANSWERED_FIELDS] = {
	    {"peer", NULL, 0, false, -16}};
	struct digest id = members_id(&checking->members, place);
	char text[BASE32_TEXT];

	base32_encode(BASE32_ID, id.byte, text);
	field[0].text = text;
	answered_fields(&checking->holder[place], field + 1);
	return report_add(style, REPORT_FIELDS(field), rows->size == 0, rows);
}

/* A row for each, and what all of them come to. */
static int
tell(enum report_style style, const struct checking *checking, struct buf *rows)
{
	struct answered all = {0, {0}};
	size_t i, k;

	for (i = 0; i < members_count(&checking->members); i++) {
		if (checking->holder[i].asked == 0)
			continue;
		all.asked += checking->holder[i].asked;
		for (k = 0; k < PROOF_VERDICTS; k++)
			all.count[k] += checking->holder[i].count[k];
		if (add_row(style, checking, i, rows) != 0)
			return -1;
	}
	if (all.asked == 0)
		return fail(FAIL_DATA, "no proof is there");
	return answered_judge(&all, "a holder");
}

int
answered_verify(enum report_style style, struct span sequence,
    struct span members, struct buf *rows)
{
	struct checking *checking = memory_get(1, sizeof *checking);
	int result = -1;

	if (checking == NULL)
		return -1;
	if (cose_peek(members, &checking->owner) >= 0 &&
	    members_decode(members, NULL, &checking->members) == 0 &&
	    take_all(checking, sequence, RECORD_INDEX, RECORD_PROOF,
		take_index) == 0) {
		checking->count = duty_sort((void *)checking->shards.data,
		    checking->shards.size / sizeof(struct duty));
		result = take_all(checking, sequence, RECORD_PROOF,
		    RECORD_INDEX, take_proof);
	}
	if (result == 0)
		result = tell(style, checking, rows);
	buf_release(&checking->shards);
	free(checking);
	return result;
}
