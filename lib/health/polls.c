/* SPDX-License-Identifier: ISC */
#include "health/polls.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "peer/peer.h"
#include "vote/settled.h"
#include "vote/verdict.h"
#include "xfer/audited.h"
#include "xfer/kept.h"
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

static void
take_certificate(const struct polls_look *where, uint64_t time,
    struct facts *facts)
{
	struct settled *settled = calloc(1, sizeof *settled);
	struct buf certificate = {0}, members = {0};

	facts->poll.time = time;
	if (settled == NULL)
		return;
	if (kept_read(where->certificates, &where->owner, time, &certificate) ==
		0 &&
	    file_read(where->members, LIMIT_DOCUMENT, &members) == 0 &&
	    settled_open(settled, span_of_buf(&certificate),
		span_of_buf(&members), &where->owner) == 0)
		take_settled(settled, facts);
	else
		log_line(LOG_DETAIL, "the last certificate: %s",
		    fail_last()->text);
	settled_release(settled);
	free(settled);
	buf_release(&certificate);
	buf_release(&members);
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
		take_certificate(where, kept.time[0], facts);
	for (i = 0; i < facts->peers; i++)
		if (facts->peer[i].peer->has_id) {
			take_audit(where, &facts->peer[i]);
			facts->peer[i].receipt = receipted_load(where->receipts,
			    &facts->peer[i].peer->id);
		}
}
