/* SPDX-License-Identifier: ISC */
#include "vote/verify.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/number.h"
#include "vote/answered.h"
#include "vote/evidence.h"
#include "vote/outcome.h"
#include "vote/sealed.h"
#include "vote/settled.h"

static bool
is_certificate(struct span file)
{
	struct span seals[LIMIT_VOTERS];
	struct sealed sealed = {.seals = {seals, 0}};

	return sealed_decode(file, &sealed) == 0;
}

static bool
begins_with_proofs(struct span file)
{
	int64_t size = cbor_measure(file, LIMIT_DOCUMENT);
	struct digest signer;
	int kind = -1;

	if (size > 0)
		kind = cose_peek(span_of(file.data, (size_t)size), &signer);
	return kind == RECORD_PROOF || kind == RECORD_INDEX;
}

bool
verify_needs_members(struct span file)
{
	return is_certificate(file) || begins_with_proofs(file);
}

/* Cut the orders off the end of a file; they are shown to excuse somebody. */
static struct span
cut_orders(struct span *file)
{
	struct span from = *file, rest = from, item;
	struct digest signer;

	for (; cbor_take(&rest, LIMIT_EVIDENCE, "the file", &item) > 0;
	     from = rest)
		if (cose_peek(item, &signer) == RECORD_ORDER) {
			file->size -= from.size;
			return from;
		}
	return (struct span){0};
}

/* One behind the other: who did what. */
static int
verify_evidence(enum report_style style, struct span file, struct buf *rows)
{
	struct report_field field[] = {{"culprit", NULL, 0, false, -60},
	    {"crime", NULL, 0, false, -40}};
	struct span orders = cut_orders(&file);
	struct evidence evidence;
	bool may_be_forgiven = false;
	char id[BASE32_TEXT];
	size_t count = 0;

	for (; file.size > 0; count++) {
		if (evidence_judge_by(&file, orders, &evidence) != 0)
			return -1;
		may_be_forgiven |= evidence.may_be_forgiven;
		base32_encode(BASE32_ID, evidence.culprit.byte, id);
		field[0].text = id;
		field[1].text = evidence.crime;
		if (report_add(style, REPORT_FIELDS(field), count == 0, rows) !=
		    0)
			return -1;
	}
	if (count == 0)
		return fail(FAIL_DATA, "the file is empty");
	fail(FAIL_NO, "the evidence is good");
	if (may_be_forgiven)
		fail_hint("unless the owner has ordered it dropped: whoever is "
			  "accused can show its file of orders behind this "
			  "one");
	return -1;
}

/* Its verdicts, without names if the items are not in it. */
static int
tell(enum report_style style, const struct roll *roll,
    const struct tally *tally, struct buf *rows)
{
	const char *nobody[LIMIT_MEMBERS] = {NULL};
	char when[NUMBER_TIME_TEXT], strength[OUTCOME_TEXT];
	struct electorate electorate;

	if (electorate_init(&electorate, &roll->members, &tally->poll,
		tally->committee, tally->strict) != 0 ||
	    outcome_rows(style, roll, tally->verdict, nobody, rows) != 0)
		return -1;
	number_time_text(tally->time, when);
	outcome_strength(&electorate, strength);
	log_line(LOG_NOTE, "the certificate is good, of %s; %s", when,
	    strength);
	return outcome_judge(tally->verdict, (size_t)tally->count);
}

static int
verify_certificate(enum report_style style, struct span file,
    struct span members, struct buf *rows)
{
	struct settled *settled = memory_get(1, sizeof *settled);
	int result;

	if (settled == NULL)
		return -1;
	result = settled_open(settled, file, members, NULL);
	if (result == 0)
		result = tell(style, &settled->roll, &settled->tally, rows);
	settled_release(settled);
	free(settled);
	return result;
}

int
verify_file(enum report_style style, struct span file, struct span members,
    struct buf *rows)
{
	if (begins_with_proofs(file))
		return answered_verify(style, file, members, rows);
	if (is_certificate(file))
		return verify_certificate(style, file, members, rows);
	return verify_evidence(style, file, rows);
}
