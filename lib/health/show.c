/* SPDX-License-Identifier: ISC */
#include "health/show.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "health/drills.h"
#include "health/show_polls.h"
#include "health/show_row.h"
#include "peer/peer.h"

#define TOLD_FIELDS 3 /* that only some peers tell */

static int
show_verdict(const struct verdict *verdict, const struct facts *facts,
    enum report_style style, struct buf *to)
{
	const char *word = check_severity_word(verdict->severity);
	const struct report_field field[] = {
	    TEXT("kind", "verdict", 0),
	    NUMBER("time", NULL, facts->now, 0),
	    NUMBER("status", NULL, verdict->severity, 0),
	    TEXT("state", word, 0),
	    TEXT("text", verdict->summary, 0),
	};

	if (style == REPORT_TEXT)
		return buf_print(to, "%s  %s\n", word, verdict->summary);
	return report_row(style, REPORT_FIELDS(field), to);
}

static int
show_check(const struct check *check, enum report_style style, struct buf *to)
{
	const char *word = check_severity_word(check->severity);
	const struct report_field field[] = {
	    TEXT("kind", "check", 0),
	    TEXT("name", check_word(check->name), 0),
	    TEXT("state", check->muted ? "muted" : word, 0),
	    TEXT("text", check->text, 0),
	    TEXT("fix", check->fix, 0),
	    TEXT("by_hand", check->by_hand, 0),
	};
	int result;

	if (style != REPORT_TEXT)
		return report_row(style, REPORT_FIELDS(field), to);
	result = buf_print(to, "%s  %s%s\n", check_word(check->name),
	    check->text, check->muted ? " (muted)" : "");
	if (result == 0 && check->fix[0] != '\0')
		result = buf_print(to, "    fix: %s\n", check->fix);
	if (result == 0 && check->by_hand[0] != '\0')
		result = buf_print(to, "    by hand: %s\n", check->by_hand);
	return result;
}

static int
show_backup(const struct backup_facts *backup, enum report_style style,
    bool first, struct buf *to)
{
	char time[NUMBER_TIME_TEXT], size[NUMBER_SIZE_TEXT], worst[32];
	const char *state = backup->counted
	    ? facts_stripe_word(facts_worst(backup))
	    : "unknown";
	uint64_t stripes = 0;
	int i;

	for (i = 0; i < STRIPE_STATES; i++)
		stripes += backup->stripes[i];
	number_time_text(backup->time, time);
	number_size_text(backup->size, size);
	snprintf(worst, sizeof worst, "%u/%u", backup->worst, backup->total);
	const struct report_field all[] = {
	    TEXT("kind", "backup", 0),
	    NUMBER("backup", NULL, backup->number, 6),
	    NUMBER("time", time, backup->time, -23),
	    NUMBER("size", size, backup->size, 10),
	    TEXT("state", state, -8),
	    NUMBER("worst", worst, backup->worst, 7),
	    NUMBER("need", NULL, backup->need, 4),
	    NUMBER("stripes", NULL, stripes, 8),
	    NUMBER("missing", NULL, stripes - backup->stripes[STRIPE_INTACT],
		8),
	    NUMBER("total", NULL, backup->total, 0),
	    NUMBER("copies", NULL, backup->copies, 0),
	};

	return show_row_add(style, REPORT_FIELDS(all), 8, first, to);
}

static void
size_or_dash(bool known, uint64_t size, char text[static NUMBER_SIZE_TEXT])
{
	if (known)
		number_size_text(size, text);
	else
		snprintf(text, NUMBER_SIZE_TEXT, "-");
}

static int
show_peer(const struct facts *facts, const struct peer_facts *peer,
    enum report_style style, bool first, struct buf *to)
{
	char seen[NUMBER_AGE_TEXT], used[NUMBER_SIZE_TEXT],
	    left[NUMBER_SIZE_TEXT], audit[SHOW_AUDIT], receipt[NUMBER_AGE_TEXT];
	char rtt[32] = "-", clock[32] = "-";
	bool up = peer->state == PEER_UP;
	uint64_t room = up ? info_room(&peer->info) : 0;

	show_row_ago(facts, peer->seen, seen);
	show_row_ago(facts, peer->receipt, receipt);
	show_polls_audit(facts, peer, style, audit);
	size_or_dash(up, peer->info.used, used);
	size_or_dash(up, room, left);
	if (peer->rtt > 0)
		snprintf(rtt, sizeof rtt, "%llu.%llu ms",
		    (unsigned long long)peer->rtt / 1000,
		    (unsigned long long)peer->rtt % 1000 / 100);
	if (up)
		snprintf(clock, sizeof clock, "%+lld s",
		    (long long)peer->ahead);
	const struct report_field all[] = {
	    TEXT("kind", "peer", 0),
	    TEXT("peer", peer->peer->name, -12),
	    TEXT("state", facts_peer_word(peer->state), -7),
	    NUMBER("seen", seen, peer->seen, 5),
	    NUMBER("receipt", receipt, peer->receipt, 7),
	    TEXT("audit", audit, -12),
	    NUMBER("rtt", rtt, peer->rtt, 9),
	    TEXT("clock", clock, 6),
	    NUMBER("used", used, peer->info.used, 9),
	    NUMBER("left", left, room, 9),
	    TEXT("site", peer->peer->site ? peer->peer->site : "-", -8),
	    TEXT("version", peer->info.version[0] ? peer->info.version : "-",
		-8),
	    TEXT("reason", peer->reason, 0),
	    NUMBER("since", NULL, peer->since, 0),
	    NUMBER("damaged", NULL, peer->damaged, 0),
	    NUMBER("audited", NULL, peer->audited, 0),
	    NUMBER("up_7d", NULL, facts_looks(peer, PEER_UP), 0),
	    NUMBER("wrong_7d", NULL, facts_looks(peer, LOOK_WRONG), 0),
	    NUMBER("late_7d", NULL, facts_looks(peer, PEER_LATE), 0),
	    NUMBER("down_7d", NULL, facts_looks(peer, PEER_DOWN), 0),
	    NUMBER("refused_7d", NULL, facts_looks(peer, PEER_REFUSED), 0),
	    NUMBER("scrubbed", NULL, peer->info.scrubbed, 0),
	    NUMBER("rotten", NULL, peer->info.rotten, 0),
	    NUMBER("requests", NULL, counts_requests(&peer->counts), 0),
	    NUMBER("errors", NULL, counts_errors(&peer->counts), 0),
	    NUMBER("under_way", NULL, peer->counts.in_flight, 0),
	};

	return show_row_add(style,
	    REPORT_FIELDS(all) - (peer->told ? 0 : TOLD_FIELDS), 12, first, to);
}

/* How often a peer was not up this week, and how; nothing if it always was. */
static int
show_week(const struct peer_facts *peer, struct buf *to)
{
	static const struct {
		int kind;
		const char *word;
	} bad[] = {{LOOK_WRONG, "wrong"}, {PEER_LATE, "late"},
	    {PEER_DOWN, "down"}, {PEER_REFUSED, "refused"}};
	uint64_t count[sizeof bad / sizeof *bad], sum = 0;
	uint64_t up = facts_looks(peer, PEER_UP);
	size_t i;
	int result;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		sum += count[i] = facts_looks(peer, bad[i].kind);
	if (sum == 0)
		return 0;
	result = buf_print(to, "7 days: %s up in %llu of %llu looks",
	    peer->peer->name, (unsigned long long)up,
	    (unsigned long long)(up + sum));
	for (i = 0; result == 0 && i < sizeof bad / sizeof *bad; i++)
		if (count[i] > 0)
			result = buf_print(to, ", %s in %llu", bad[i].word,
			    (unsigned long long)count[i]);
	return result == 0 ? buf_print(to, "\n") : -1;
}

static int
show_owner(const struct facts *facts, const struct owner_facts *owner,
    enum report_style style, bool first, struct buf *to)
{
	char newest[NUMBER_AGE_TEXT], used[NUMBER_SIZE_TEXT],
	    give[NUMBER_SIZE_TEXT];

	show_row_ago(facts, owner->newest, newest);
	number_size_text(owner->used, used);
	number_size_text(owner->peer->give, give);
	const struct report_field all[] = {
	    TEXT("kind", "owner", 0),
	    TEXT("owner", owner->peer->name, -12),
	    NUMBER("newest", newest, owner->newest, 6),
	    NUMBER("backups", NULL, owner->snapshots, 7),
	    NUMBER("used", used, owner->used, 9),
	    NUMBER("give", give, owner->peer->give, 9),
	};

	return show_row_add(style, REPORT_FIELDS(all), 5, first, to);
}

static int
show_facts(const struct facts *facts, enum report_style style, struct buf *to)
{
	const char *gap = style == REPORT_TEXT ? "\n" : "";
	int result = 0;
	size_t i;

	if (facts->backups > 0 || facts->owners > 0)
		result = buf_print(to, "%s", gap);
	for (i = 0; result == 0 && i < facts->owners; i++)
		result = show_owner(facts, &facts->owner[i], style, i == 0, to);
	for (i = 0; result == 0 && i < facts->backups; i++)
		result = show_backup(&facts->backup[i], style, i == 0, to);
	if (result == 0)
		result = show_polls(facts, style, to);
	if (result == 0)
		result = drills_show(facts, style, to);
	if (result == 0 && facts->peers > 0)
		result = buf_print(to, "%s", gap);
	for (i = 0; result == 0 && i < facts->peers; i++)
		result = show_peer(facts, &facts->peer[i], style, i == 0, to);
	for (i = 0; result == 0 && gap[0] != '\0' && i < facts->peers; i++)
		result = show_week(&facts->peer[i], to);
	return result;
}

int
show_report(const struct verdict *verdict, const struct facts *facts,
    enum report_style style, bool problems, struct buf *to)
{
	int result = show_verdict(verdict, facts, style, to);
	bool gap = style == REPORT_TEXT;
	size_t i;

	if (result == 0 && !problems)
		result = show_facts(facts, style, to);
	for (i = 0; result == 0 && i < verdict->count; i++) {
		if (problems && verdict->check[i].muted)
			continue;
		if (gap)
			result = buf_print(to, "\n");
		gap = false;
		if (result == 0)
			result = show_check(&verdict->check[i], style, to);
	}
	return result;
}

int
show_plugin(const struct verdict *verdict, const struct facts *facts,
    struct buf *to)
{
	size_t asked = facts->peers - facts_peers(facts, PEER_PASSIVE);
	uint64_t age = 0;
	int result;

	if (facts->backups > 0 && facts->backup[0].time < facts->now)
		age = facts->now - facts->backup[0].time;
	result = buf_print(to,
	    "SHARDKIT %s - %s | peers_up=%zu;;;0;%zu "
	    "backups=%llu;;;0",
	    check_severity_word(verdict->severity), verdict->summary,
	    facts_peers(facts, PEER_UP), asked,
	    (unsigned long long)facts->snapshots);
	if (result == 0 && facts->backups > 0)
		result = buf_print(to, " age=%llus;%llu;;0",
		    (unsigned long long)age,
		    (unsigned long long)facts->max_age);
	return result == 0 ? buf_print(to, "\n") : -1;
}
