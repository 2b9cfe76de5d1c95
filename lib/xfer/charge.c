/* SPDX-License-Identifier: ISC */
#include "xfer/charge.h"

#include "doc/cose.h"
#include "vote/accuse.h"
#include "xfer/indexes.h"

/* Papers being gathered, one behind the other. */
struct charge {
	struct hold *hold;
	struct holder *holder; /* that is read */
	struct buf papers, listed;
	bool is_bad[LIMIT_MEMBERS];
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

static bool
is_of_bad(const struct charge *charge, struct span document)
{
	const struct members *members = &charge->hold->roll.members;
	struct digest signer;
	int place = -1;

	if (cose_peek(document, &signer) >= 0)
		place = members_find(members, &signer);
	return place >= 0 && charge->is_bad[place];
}

static int
list_receipt(void *context, const struct digest *id)
{
	struct charge *charge = context;

	return buf_append(&charge->listed, span_of_digest(id));
}

static int
take_receipts(struct charge *charge)
{
	struct store_key key = {STORE_RECEIPTS, charge->hold->owner, {{0}}};
	struct buf document = {0};
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < charge->listed.size;
	     i += sizeof key.id) {
		key.id = digest_from(charge->listed.data + i);
		document.size = 0;
		if (holder_get(charge->holder, &key, LIMIT_DOCUMENT,
			&document) == 1 &&
		    is_of_bad(charge, span_of_buf(&document)))
			result =
			    buf_append(&charge->papers, span_of_buf(&document));
	}
	buf_release(&document);
	return result;
}

/* Every holder has all receipts; the first that gives any is enough. */
static int
gather_receipts(struct charge *charge)
{
	struct holders *holders = charge->hold->holders;
	size_t i, before = charge->papers.size;

	for (i = 0; i < holders->count && charge->papers.size == before; i++) {
		charge->holder = &holders->holder[i];
		charge->listed.size = 0;
		if (!holder_usable(charge->holder) ||
		    charge->holder->shelves <= STORE_RECEIPTS)
			continue;
		if (charge->holder->calls->list(charge->holder, STORE_RECEIPTS,
			&charge->hold->owner, list_receipt, charge) != 0)
			holder_lose(charge->holder);
		else if (take_receipts(charge) != 0)
			return -1;
	}
	return 0;
}

static int
take_proofs(struct charge *charge, const struct poller *poller)
{
	size_t i;

	for (i = 0; i < poller->proof_count; i++)
		if (is_of_bad(charge, span_of_buf(&poller->proofs[i])) &&
		    buf_append(&charge->papers,
			span_of_buf(&poller->proofs[i])) != 0)
			return -1;
	return 0;
}

int
charge_holders(struct hold *hold, const struct poller *poller)
{
	struct charge charge = {.hold = hold};
	struct accuse accuse = {.documents = {0}};
	int result = 0;

	if (find_bad(&charge)) {
		result = take_proofs(&charge, poller);
		if (result == 0)
			result = gather_receipts(&charge);
		if (result == 0)
			result = indexes_gather(hold->holders, &hold->owner,
			    &charge.papers);
		if (result == 0 &&
		    accuse_add(&accuse, span_of_buf(&charge.papers)) == 0 &&
		    accuse_find(&accuse) == 0)
			result = buf_append(&hold->culprits,
			    span_of_buf(&accuse.evidence));
	}
	accuse_release(&accuse);
	buf_release(&charge.papers);
	buf_release(&charge.listed);
	return result;
}
