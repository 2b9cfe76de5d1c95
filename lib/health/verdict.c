/* SPDX-License-Identifier: ISC */
#include "health/verdict.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "health/drills.h"
#include "health/verdict_note.h"
#include "health/verdict_peers.h"
#include "health/verdict_polls.h"
#include "peer/peer.h"

#define OLD_CRITICAL 3 /* times --max-age */

/* What is wrong with a backup's data, by the worst state of any of it. */
static const struct {
	enum check_name name;
	const char *what;
	const char *by_hand;   /* NULL: to repair it */
	const char *documents; /* instead of `what`, if no stripe is in it */
} data_check[STRIPE_STATES] = {
    [STRIPE_DEGRADED] = {CHECK_DATA_DEGRADED, "shards are missing", NULL,
	"its documents are on too few peers"},
    [STRIPE_EDGE] = {CHECK_DATA_EDGE, "one more loss, and it is lost", NULL,
	"its documents are on one peer alone"},
    [STRIPE_HIDDEN] = {CHECK_DATA_HIDDEN,
	"no restore until peers that are away are back",
	"bring back the peers that are down or refused"},
    [STRIPE_LOST] = {CHECK_DATA_LOST, "cannot be restored any longer",
	"back up the same again, which may complete it; shard-fetch gives "
	"what is whole"},
};

/* A command if one helps, and what only people can do if none does. */
static void
note_data(struct verdict *verdict, const struct facts *facts,
    enum redundancy state, const struct backup_facts *backup, size_t count)
{
	const char *by_hand = data_check[state].by_hand;
	bool stripes = backup->stripes[state] > 0;
	char fix[REMEDY_TEXT] = "", number[32];

	snprintf(number, sizeof number, "%llu",
	    (unsigned long long)backup->number);
	if (state == STRIPE_LOST)
		remedy_back_up(&facts->site, fix);
	else if (by_hand == NULL &&
	    !facts_placeable(facts, stripes ? backup->worst : backup->copies))
		by_hand = "nobody who is up could take more: bring peers back, "
			  "or add one";
	else if (by_hand == NULL)
		remedy_repair(&facts->site, count > 1 ? "-a" : number, fix);
	verdict_note(verdict, data_check[state].name, fix,
	    by_hand ? by_hand : "", "backup %s: %s (%zu of %zu backups)",
	    number,
	    stripes ? data_check[state].what : data_check[state].documents,
	    count, facts->backups);
}

/* All backups whose worst stripe is in `state`; the newest one is named. */
static void
judge_data(struct verdict *verdict, const struct facts *facts,
    enum redundancy state)
{
	const struct backup_facts *backup, *first = NULL;
	size_t i, count = 0;

	for (i = 0; i < facts->backups; i++) {
		backup = &facts->backup[i];
		if (!backup->counted || facts_worst(backup) != state)
			continue;
		if (count++ == 0)
			first = backup;
	}
	if (count > 0 && data_check[state].what != NULL)
		note_data(verdict, facts, state, first, count);
}

/* What lists the shards may be at peers that are not well, or nowhere. */
static void
judge_uncounted(struct verdict *verdict, const struct facts *facts)
{
	size_t i, count = 0, away = 0;

	for (i = 0; i < facts->backups; i++)
		count += !facts->backup[i].counted;
	for (i = 0; i < facts->peers; i++)
		away += facts->peer[i].state != PEER_PASSIVE &&
		    (!facts->peer[i].counted || facts->peer[i].damaged > 0);
	if (count > 0)
		verdict_note(verdict, CHECK_DATA_UNKNOWN, "",
		    away > 0
			? "bring back the peers that are away or damaged: they "
			  "may have the indexes"
			: "nobody has the indexes any more: back up again, "
			  "then shard-drop",
		    "the shards of %zu of %zu backups could not be counted",
		    count, facts->backups);
}

/* Only the reader knows of what, unless p2p-backup does. */
static void
note_no_backup(struct verdict *verdict, const struct facts *facts,
    enum check_name name, const char *text)
{
	char fix[REMEDY_TEXT];

	remedy_back_up(&facts->site, fix);
	verdict_note(verdict, name, fix,
	    fix[0] != '\0' ? "" : "back up: shard-split(1), shard-send(1)",
	    "%s", text);
}

static void
judge_age(struct verdict *verdict, const struct facts *facts)
{
	uint64_t time = facts->backups > 0 ? facts->backup[0].time : 0;
	char age[NUMBER_AGE_TEXT], most[NUMBER_AGE_TEXT], text[128];

	if (facts->backups == 0 || facts->max_age == 0 ||
	    time + facts->max_age >= facts->now)
		return;
	number_age_text(facts->now - time, age);
	number_age_text(facts->max_age, most);
	snprintf(text, sizeof text, "the newest backup is %s old, more than %s",
	    age, most);
	note_no_backup(verdict, facts, CHECK_BACKUP_OLD, text);
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
		verdict_note(verdict, CHECK_OWNER_SILENT, "",
		    "ask them whether their backups run",
		    "no backup for more than %s: %s (%zu of %zu owners)", most,
		    names.text, names.count, facts->owners);
}

static void
judge_network(struct verdict *verdict, const struct facts *facts)
{
	int state;

	if (facts_peers(facts, PEER_UP) == 0)
		verdict_note(verdict, CHECK_NO_PEER, "",
		    "see to the network; shard-fetch -v -l tells what became "
		    "of each address",
		    "no peer can be asked");
	else if (facts->backups == 0)
		note_no_backup(verdict, facts, CHECK_NO_BACKUP,
		    "there is no backup");
	for (state = STRIPE_LOST; state > STRIPE_INTACT; state--)
		judge_data(verdict, facts, (enum redundancy)state);
	judge_uncounted(verdict, facts);
	judge_age(verdict, facts);
	verdict_peers(verdict, facts);
	verdict_polls(verdict, facts);
	drills_judge(verdict, facts);
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
