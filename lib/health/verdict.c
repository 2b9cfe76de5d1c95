/* SPDX-License-Identifier: ISC */
#include "health/verdict.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "health/verdict_note.h"
#include "health/verdict_polls.h"
#include "peer/peer.h"

#define SKEW_MAX 300	 /* seconds: retention counts in hours */
#define OLD_CRITICAL 3	 /* times --max-age */
#define ROOM_PART 20	 /* less than 1/20 of what was agreed is "hardly" */
#define AWAY_LONG 259200 /* 72 h: shards may be rebuilt elsewhere */

static bool
is_refused(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->state == PEER_REFUSED;
}

static bool
is_damaged(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->damaged > 0;
}

static bool
is_gone(const struct facts *facts, const struct peer_facts *peer)
{
	return peer->state == PEER_DOWN && peer->since > 0 &&
	    peer->since + AWAY_LONG <= facts->now;
}

static bool
is_down(const struct facts *facts, const struct peer_facts *peer)
{
	return peer->state == PEER_DOWN && !is_gone(facts, peer);
}

static bool
is_late(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->state == PEER_LATE;
}

static bool
is_full(const struct facts *facts, const struct peer_facts *peer)
{
	const struct info *info = &peer->info;
	uint64_t agreed = info->quota;

	(void)facts;
	if (agreed - info->used > info->free)
		agreed = info->used + info->free;
	return peer->state == PEER_UP && info_room(info) < agreed / ROOM_PART;
}

static bool
is_skewed(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->state == PEER_UP &&
	    (peer->ahead > SKEW_MAX || peer->ahead < -SKEW_MAX);
}

static bool
is_rotten(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->state == PEER_UP && peer->info.rotten > 0;
}

static const struct {
	enum check_name name;
	bool (*is)(const struct facts *facts, const struct peer_facts *peer);
	const char *what, *fix;
} peer_check[] = {
    {CHECK_KEY_MISMATCH, is_refused, "refused",
	"compare keys with whoever runs it, then pair anew: peer-pair(1)"},
    {CHECK_DAMAGE, is_damaged, "gave damaged bytes",
	"shard-repair --check latest"},
    {CHECK_PEER_GONE, is_gone, "down for 3 days and more",
	"shard-repair latest, unless it comes back"},
    {CHECK_PEER_DOWN, is_down, "down", "see to the machine, or wait"},
    {CHECK_PEER_LATE, is_late, "there, but too slow to answer",
	"see what its machine is busy with"},
    {CHECK_QUOTA, is_full, "hardly any room left",
	"shard-drop old snapshots, or agree on more space"},
    {CHECK_PEER_ROT, is_rotten, "a disk that rots, by the last scrub",
	"tell whoever runs it; shard-vote finds out what is gone"},
    {CHECK_CLOCK_SKEW, is_skewed, "a clock that is not ours",
	"run NTP here and there"},
};

/* Name the peers that it is true for. */
static void
judge_peers(struct verdict *verdict, const struct facts *facts, size_t check)
{
	size_t asked = facts->peers - facts_peers(facts, PEER_PASSIVE);
	struct verdict_names names = {.count = 0};
	size_t i;

	for (i = 0; i < facts->peers; i++)
		if (peer_check[check].is(facts, &facts->peer[i]))
			verdict_names_add(&names, facts->peer[i].peer->name);
	if (names.count > 0)
		verdict_note(verdict, peer_check[check].name,
		    peer_check[check].fix, "%s: %s (%zu of %zu peers)",
		    peer_check[check].what, names.text, names.count, asked);
}

/* What is wrong with a backup's data, by the state of its worst stripe. */
static const struct {
	enum check_name name;
	const char *what;
	const char *fix; /* NULL: to repair it */
} data_check[STRIPE_STATES] = {
    [STRIPE_DEGRADED] = {CHECK_DATA_DEGRADED, "shards are missing", NULL},
    [STRIPE_EDGE] = {CHECK_DATA_EDGE, "one more loss, and it is lost", NULL},
    [STRIPE_HIDDEN] = {CHECK_DATA_HIDDEN,
	"no restore until peers that are away are back",
	"bring back the peers that are down or refused"},
    [STRIPE_LOST] = {CHECK_DATA_LOST, "cannot be restored any longer",
	"shard-fetch what is whole, and back up again"},
};

/* All backups whose worst stripe is in `state`; the newest one is named. */
static void
judge_data(struct verdict *verdict, const struct facts *facts,
    enum redundancy state)
{
	const struct backup_facts *backup, *first = NULL;
	size_t i, count = 0;
	char fix[64];

	for (i = 0; i < facts->backups; i++) {
		backup = &facts->backup[i];
		if (!backup->counted || facts_worst(backup) != state)
			continue;
		if (count++ == 0)
			first = backup;
	}
	if (count == 0 || data_check[state].what == NULL)
		return;
	snprintf(fix, sizeof fix, "shard-repair %llu",
	    (unsigned long long)first->number);
	verdict_note(verdict, data_check[state].name,
	    data_check[state].fix ? data_check[state].fix : fix,
	    "backup %llu: %s (%zu of %zu backups)",
	    (unsigned long long)first->number, data_check[state].what, count,
	    facts->backups);
}

static void
judge_uncounted(struct verdict *verdict, const struct facts *facts)
{
	size_t i, count = 0;

	for (i = 0; i < facts->backups; i++)
		count += !facts->backup[i].counted;
	if (count > 0)
		verdict_note(verdict, CHECK_DATA_UNKNOWN,
		    "shard-fetch -v -l tells why",
		    "the shards of %zu of %zu backups could not be counted",
		    count, facts->backups);
}

static void
judge_age(struct verdict *verdict, const struct facts *facts)
{
	uint64_t time = facts->backups > 0 ? facts->backup[0].time : 0;
	char age[NUMBER_AGE_TEXT], most[NUMBER_AGE_TEXT];

	if (facts->backups == 0 || facts->max_age == 0 ||
	    time + facts->max_age >= facts->now)
		return;
	number_age_text(facts->now - time, age);
	number_age_text(facts->max_age, most);
	verdict_note(verdict, CHECK_BACKUP_OLD, "back up: shard-send(1)",
	    "the newest backup is %s old, more than %s", age, most);
	if (time + OLD_CRITICAL * facts->max_age < facts->now)
		verdict->check[verdict->count - 1].severity = HEALTH_CRITICAL;
}

/* Whoever has published nothing since, or nothing at all. */
static void
judge_owners(struct verdict *verdict, const struct facts *facts)
{
	struct verdict_names names = {.count = 0};
	char most[NUMBER_AGE_TEXT];
	size_t i;

	for (i = 0; facts->max_age > 0 && i < facts->owners; i++)
		if (facts->owner[i].newest + facts->max_age < facts->now)
			verdict_names_add(&names, facts->owner[i].peer->name);
	number_age_text(facts->max_age, most);
	if (names.count > 0)
		verdict_note(verdict, CHECK_OWNER_SILENT,
		    "ask them whether their backups run",
		    "no backup for more than %s: %s (%zu of %zu owners)", most,
		    names.text, names.count, facts->owners);
}

static void
judge_network(struct verdict *verdict, const struct facts *facts)
{
	size_t i;
	int state;

	if (facts_peers(facts, PEER_UP) == 0)
		verdict_note(verdict, CHECK_NO_PEER,
		    "shard-fetch -v -l tells why", "no peer can be asked");
	else if (facts->backups == 0)
		verdict_note(verdict, CHECK_NO_BACKUP, "back up: shard-send(1)",
		    "there is no backup");
	for (state = STRIPE_LOST; state > STRIPE_INTACT; state--)
		judge_data(verdict, facts, (enum redundancy)state);
	judge_uncounted(verdict, facts);
	judge_age(verdict, facts);
	for (i = 0; i < sizeof peer_check / sizeof *peer_check; i++)
		judge_peers(verdict, facts, i);
	verdict_polls(verdict, facts);
}

/* What there is to say when nothing is wrong. */
static void
praise(struct verdict *verdict, const struct facts *facts)
{
	size_t asked = facts->peers - facts_peers(facts, PEER_PASSIVE);
	char age[NUMBER_AGE_TEXT] = "0 s";

	if (facts->owner != NULL) {
		snprintf(verdict->summary, sizeof verdict->summary,
		    "%zu owners", facts->owners);
		return;
	}
	if (facts->backups > 0 && facts->backup[0].time < facts->now)
		number_age_text(facts->now - facts->backup[0].time, age);
	snprintf(verdict->summary, sizeof verdict->summary,
	    "%zu of %zu peers up, %llu backups, the newest %s old",
	    facts_peers(facts, PEER_UP), asked,
	    (unsigned long long)facts->snapshots, age);
}

static void
summarize(struct verdict *verdict, const struct facts *facts)
{
	size_t i;

	praise(verdict, facts);
	for (i = 0; i < verdict->count; i++)
		if (!verdict->check[i].muted &&
		    verdict->check[i].severity == verdict->severity) {
			snprintf(verdict->summary, sizeof verdict->summary,
			    "%s", verdict->check[i].text);
			break;
		}
}

void
verdict_reach(struct verdict *verdict, const struct facts *facts,
    uint32_t muted)
{
	size_t i;

	*verdict = (struct verdict){.severity = HEALTH_OK};
	if (facts->owner != NULL) {
		judge_owners(verdict, facts);
		verdict_polls_scrub(verdict, facts);
	} else {
		judge_network(verdict, facts);
	}
	for (i = 0; i < verdict->count; i++) {
		struct check *check = &verdict->check[i];

		check->muted = muted >> check->name & 1;
		if (!check->muted)
			verdict->severity =
			    check_worse(verdict->severity, check->severity);
	}
	summarize(verdict, facts);
}
