/* SPDX-License-Identifier: ISC */
#include "health/verdict_polls.h"

#include "base/number.h"
#include "health/verdict_note.h"
#include "peer/peer.h"

#define POLL_AGE 259200 /* 72 h: what has been silent since is rebuilt */

static void
judge_age(struct verdict *verdict, const struct facts *facts, const char *fix)
{
	const struct poll_facts *poll = &facts->poll;
	char age[NUMBER_AGE_TEXT];

	if (poll->time == 0 || poll->time + POLL_AGE >= facts->now)
		return;
	number_age_text(facts->now - poll->time, age);
	verdict_note(verdict, CHECK_POLL_STALE, fix, "",
	    "the last poll was %s ago", age);
}

static void
judge_items(struct verdict *verdict, const struct facts *facts, const char *fix)
{
	const struct poll_facts *poll = &facts->poll;

	if (poll->bad > 0)
		verdict_note(verdict, CHECK_POLL_BAD, fix, "",
		    "the last poll found %llu shards bad, %llu silent, %llu "
		    "undecided",
		    (unsigned long long)poll->bad,
		    (unsigned long long)poll->silent,
		    (unsigned long long)poll->undecided);
}

/* Whoever hides a loss can at best keep polls undecided: so that is told. */
static void
judge_undecided(struct verdict *verdict, const struct facts *facts)
{
	if (facts->poll.long_undecided > 0)
		verdict_note(verdict, CHECK_POLL_UNDECIDED, "",
		    "ask these peers' people; 'shard-repair -c -a' reads and "
		    "rebuilds without a poll",
		    "the last %d polls could not tell about %llu shards",
		    POLLS_UNDECIDED,
		    (unsigned long long)facts->poll.long_undecided);
}

/* Those that an audit has found out since the poll. */
static void
judge_audits(struct verdict *verdict, const struct facts *facts,
    const char *fix)
{
	struct verdict_names names = {.count = 0};
	size_t i;

	for (i = 0; i < facts->peers; i++)
		if (facts->peer[i].audit == AUDIT_LACKING &&
		    facts->peer[i].audited > facts->poll.time)
			verdict_names_add(&names, facts->peer[i].peer->name);
	if (names.count > 0)
		verdict_note(verdict, CHECK_AUDIT_BAD, fix, "",
		    "not all there at the last audit: %s (%zu of %zu peers)",
		    names.text, names.count,
		    facts->peers - facts_peers(facts, PEER_PASSIVE));
}

void
verdict_polls(struct verdict *verdict, const struct facts *facts)
{
	char fix[REMEDY_TEXT];

	remedy_poll(&facts->site, fix);
	judge_items(verdict, facts, fix);
	judge_undecided(verdict, facts);
	judge_audits(verdict, facts, fix);
	judge_age(verdict, facts, fix);
}

/* Our own store, as it was read from end to end. */
void
verdict_polls_scrub(struct verdict *verdict, const struct facts *facts)
{
	const struct scrubbed *scrubbed = &facts->scrubbed;

	if (scrubbed->damaged + scrubbed->unreadable > 0)
		verdict_note(verdict, CHECK_SCRUB_DAMAGE, "",
		    "look after the disk; owners rebuild what is gone: "
		    "shard-repair(1)",
		    "of %llu files of the store %llu are damaged, %llu "
		    "unreadable",
		    (unsigned long long)scrubbed->files,
		    (unsigned long long)scrubbed->damaged,
		    (unsigned long long)scrubbed->unreadable);
}
