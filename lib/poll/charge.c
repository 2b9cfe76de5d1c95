/* SPDX-License-Identifier: ISC */
#include "poll/charge.h"

#include <stdlib.h>

#include "base/memory.h"
#include "poll/indexes.h"
#include "vote/accuse.h"
#include "vote/guilt.h"
#include "xfer/receipts_read.h"

/* What is known of the holders with bad shards. */
struct charge {
	struct hold *hold;
	bool is_bad[LIMIT_MEMBERS];
	bool is_to_convict[LIMIT_MEMBERS]; /* by a receipt of its own */
	struct proof *proof;		   /* of all of them */
	size_t proofs;
	struct buf papers; /* that speak against them */
};

static bool
find_bad(struct charge *charge)
{
	const struct items *items = &charge->hold->roll.items;
	size_t i, bad = 0;

	for (i = 0; i < items_count(items); i++)
		if (charge->hold->verdict[i] == VERDICT_BAD) {
			charge->is_bad[items_holder(items, i)] = true;
			bad++;
		}
	return bad > 0;
}

/* The place of a bad holder that has signed it; -1. */
static int
find_signer(const struct charge *charge, struct span document)
{
	const struct members *members = &charge->hold->roll.members;
	struct digest signer;
	int place = -1;

	if (cose_peek(document, &signer) >= 0)
		place = members_find(members, &signer);
	return place >= 0 && charge->is_bad[place] ? place : -1;
}

static bool
says_missing(const struct proof *proof)
{
	struct span rest = proof->answers;
	struct proof_answer answer;

	while (proof_next(&rest, &answer) > 0)
		if (answer.verdict == PROOF_MISSING)
			return true;
	return false;
}

static int
take_proofs(struct charge *charge, const struct poller *poller,
    struct accuse *accuse)
{
	struct span document;
	struct proof *proof;
	size_t i;
	int place;

	charge->proof =
	    memory_get(poller->proof_count + 1, sizeof *charge->proof);
	if (charge->proof == NULL)
		return -1;
	for (i = 0; i < poller->proof_count; i++) {
		document = span_of_buf(&poller->proofs[i]);
		place = find_signer(charge, document);
		proof = &charge->proof[charge->proofs];
		if (place < 0 || proof_decode(document, NULL, proof) != 0)
			continue;
		charge->proofs++;
		if (says_missing(proof))
			charge->is_to_convict[place] = true;
		if (accuse_add(accuse, document) != 0)
			return -1;
	}
	return 0;
}

/* Whether a receipt is the first that convicts its signer. */
static bool
convicts(struct charge *charge, const struct receipts_paper *paper)
{
	const struct members *members = &charge->hold->roll.members;
	int place = members_find(members, &paper->signer);
	size_t i;

	if (place < 0 || !charge->is_to_convict[place])
		return false;
	for (i = 0; i < charge->proofs; i++)
		if (digest_equal(&charge->proof[i].holder, &paper->signer) &&
		    guilt_missing(&paper->receipt, &charge->proof[i],
			(struct span){0}) == 0) {
			charge->is_to_convict[place] = false;
			return true;
		}
	return false;
}

static bool
is_to_go_on(const struct charge *charge)
{
	size_t i;

	for (i = 0; i < LIMIT_MEMBERS; i++)
		if (charge->is_to_convict[i])
			return true;
	return false;
}

/* As long as any is wanted. */
static int
take_receipt(void *context, const struct receipts_paper *paper)
{
	struct charge *charge = context;

	if (!convicts(charge, paper))
		return 0;
	if (buf_append(&charge->papers, paper->document) != 0)
		return -1;
	return !is_to_go_on(charge);
}

static int
gather_papers(struct charge *charge)
{
	struct hold *hold = charge->hold;
	struct receipts_reader reader = {NULL, take_receipt, charge};

	if (is_to_go_on(charge) &&
	    receipts_read(hold->holders, &hold->owner, &reader) != 0)
		return -1;
	return indexes_gather(&hold->living, &charge->papers);
}

int
charge_holders(struct hold *hold, const struct poller *poller)
{
	struct charge charge = {.hold = hold};
	struct accuse accuse = {.documents = {0}};
	int result = 0;

	if (find_bad(&charge)) {
		result = take_proofs(&charge, poller, &accuse);
		if (result == 0)
			result = gather_papers(&charge);
		if (result == 0 &&
		    accuse_add(&accuse, span_of_buf(&charge.papers)) == 0 &&
		    accuse_find(&accuse) == 0)
			result = buf_append(&hold->culprits,
			    span_of_buf(&accuse.evidence));
	}
	accuse_release(&accuse);
	buf_release(&charge.papers);
	free(charge.proof);
	return result;
}
