/* SPDX-License-Identifier: ISC */
#include "health/polls.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/regular.h"
#include "peer/peer.h"
#include "poll/audited.h"
#include "poll/kept.h"
#include "poll/past.h"
#include "vote/verdict.h"
#include "xfer/receipted.h"

static struct peer_facts *
find_peer(struct facts *facts, const struct digest *id)
{
	const struct peer *peer;
	size_t i;

	for (i = 0; i < facts->peers; i++) {
		peer = facts->peer[i].peer;
		if (peer->has_id && digest_equal(&peer->id, id))
			return &facts->peer[i];
	}
	return NULL;
}

/* What the items of each member came to. */
static void
take_members(const struct settled *settled, struct facts *facts)
{
	const struct items *items = &settled->roll.items;
	size_t i, first, count, of[VERDICTS];
	struct peer_facts *peer;
	struct digest id;

	for (i = 0; i < items->holders; i++) {
		id = members_id(&settled->roll.members, i);
		peer = find_peer(facts, &id);
		first = items->first[i];
		count = items->first[i + 1] - first;
		if (peer == NULL || count == 0)
			continue;
		verdict_count(settled->tally.verdict + first, count, of);
		peer->audited = settled->tally.time;
		peer->audit = of[VERDICT_BAD] > 0 ? AUDIT_LACKING
		    : of[VERDICT_OK] < count	  ? AUDIT_SILENT
						  : AUDIT_WHOLE;
	}
}

static void
take_settled(const struct settled *settled, struct facts *facts)
{
	const struct tally *tally = &settled->tally;
	size_t of[VERDICTS];

	verdict_count(tally->verdict, (size_t)tally->count, of);
	facts->poll = (struct poll_facts){
	    .time = tally->time,
	    .holds = true,
	    .good = of[VERDICT_OK],
	    .bad = of[VERDICT_BAD],
	    .silent = of[VERDICT_SILENT],
	    .undecided = of[VERDICT_NONE],
	};
	take_members(settled, facts);
}

static int
open_past(struct past *past, const struct polls_look *where,
    struct span members, uint64_t time)
{
	return past_open(past, where->certificates, &where->owner, time,
	    members);
}

/* Those of the undecided items that were undecided before, too, stay so. */
static uint64_t
compare_with(const struct settled *now, const struct settled *before,
    bool *undecided)
{
	const struct items *items = &before->roll.items;
	const uint8_t *verdict = before->tally.verdict;
	size_t i, place;
	uint64_t count = 0;
	struct item item;

	for (i = 0; i < items_count(&now->roll.items); i++) {
		if (!undecided[i] || items->holders == 0)
			continue;
		item = items_get(&now->roll.items, i);
		place = items_find(items, items_holder(&now->roll.items, i),
		    &item.id);
		undecided[i] = place < items_count(items) &&
		    verdict[place] == VERDICT_NONE;
		count += undecided[i];
	}
	return count;
}

/* How many were undecided in all of the last POLLS_UNDECIDED polls. */
static uint64_t
count_undecided(const struct polls_look *where, const struct kept *kept,
    struct span members, const struct settled *now)
{
	size_t i, count = items_count(&now->roll.items);
	bool *undecided = memory_get(count + 1, sizeof *undecided);
	struct past *old = memory_get(1, sizeof *old);
	uint64_t left = 0;

	for (i = 0; undecided != NULL && i < count; i++)
		undecided[i] = now->tally.verdict[i] == VERDICT_NONE;
	for (i = 1; undecided != NULL && old != NULL && i < POLLS_UNDECIDED;
	     i++) {
		left = open_past(old, where, members, kept->time[i]) == 0
		    ? compare_with(now, &old->settled, undecided)
		    : 0;
		past_close(old);
		if (left == 0)
			break;
	}
	free(undecided);
	free(old);
	return left;
}

static void
take_certificates(const struct polls_look *where, const struct kept *kept,
    struct facts *facts)
{
	struct past *last = memory_get(1, sizeof *last);
	struct buf bytes = {0};

	facts->poll.time = kept->time[0];
	if (last == NULL)
		return;
	if (regular_read(where->members, LIMIT_DOCUMENT, &bytes) == 0 &&
	    open_past(last, where, span_of_buf(&bytes), kept->time[0]) == 0) {
		take_settled(&last->settled, facts);
		if (kept->count >= POLLS_UNDECIDED && facts->poll.undecided > 0)
			facts->poll.long_undecided = count_undecided(where,
			    kept, span_of_buf(&bytes), &last->settled);
	} else {
		log_line(LOG_DETAIL, "the last certificate: %s",
		    fail_last()->text);
	}
	past_close(last);
	free(last);
	buf_release(&bytes);
}

static void
take_audit(const struct polls_look *where, struct peer_facts *peer)
{
	const uint64_t *count;
	struct audited audited;

	audited_load(where->audits, &peer->peer->id, &audited);
	if (audited.time <= peer->audited)
		return;
	count = audited.answered.count;
	peer->audited = audited.time;
	peer->audit = count[PROOF_MISSING] + count[PROOF_WRONG] > 0
	    ? AUDIT_LACKING
	    : count[PROOF_OK] < audited.answered.asked ? AUDIT_SILENT
						       : AUDIT_WHOLE;
}

void
polls_gather(const struct polls_look *where, struct facts *facts)
{
	struct kept kept;
	size_t i;

	kept_list(where->certificates, &where->owner, &kept);
	if (kept.count > 0)
		take_certificates(where, &kept, facts);
	for (i = 0; i < facts->peers; i++)
		if (facts->peer[i].peer->has_id) {
			take_audit(where, &facts->peer[i]);
			facts->peer[i].receipt = receipted_load(where->receipts,
			    &facts->peer[i].peer->id);
		}
}
