/* SPDX-License-Identifier: ISC */
#include "health/show_polls.h"

#include <stdio.h>

#include "format/metric.h"
#include "peer/peer.h"

static int
show_poll(const struct poll_facts *poll, enum report_style style,
    struct buf *to)
{
	char time[NUMBER_TIME_TEXT];

	number_time_text(poll->time, time);
	const struct report_field all[] = {
	    TEXT("kind", "poll", 0),
	    NUMBER("poll", time, poll->time, -23),
	    TEXT("state", poll->holds ? "sealed" : "unknown", -8),
	    NUMBER("ok", NULL, poll->good, 8),
	    NUMBER("bad", NULL, poll->bad, 8),
	    NUMBER("silent", NULL, poll->silent, 8),
	    NUMBER("inconclusive", NULL, poll->undecided, 12),
	};

	return show_row_add(style, REPORT_FIELDS(all), 6, true, to);
}

static int
show_scrub(const struct facts *facts, enum report_style style, struct buf *to)
{
	const struct scrubbed *scrubbed = &facts->scrubbed;
	char ended[NUMBER_AGE_TEXT], size[NUMBER_SIZE_TEXT];

	show_row_ago(facts, scrubbed->ended, ended);
	number_size_text(scrubbed->bytes, size);
	const struct report_field all[] = {
	    TEXT("kind", "scrub", 0),
	    NUMBER("scrubbed", ended, scrubbed->ended, -12),
	    NUMBER("files", NULL, scrubbed->files, 8),
	    NUMBER("size", size, scrubbed->bytes, 10),
	    NUMBER("damaged", NULL, scrubbed->damaged, 8),
	    NUMBER("unreadable", NULL, scrubbed->unreadable, 10),
	};

	return show_row_add(style, REPORT_FIELDS(all), 5, true, to);
}

int
show_polls(const struct facts *facts, enum report_style style, struct buf *to)
{
	bool poll = facts->poll.time > 0, scrub = facts->scrubbed.began > 0;
	int result = 0;

	if ((poll || scrub) && style == REPORT_TEXT)
		result = buf_print(to, "\n");
	if (result == 0 && poll)
		result = show_poll(&facts->poll, style, to);
	if (result == 0 && scrub)
		result = show_scrub(facts, style, to);
	return result;
}

void
show_polls_audit(const struct facts *facts, const struct peer_facts *peer,
    enum report_style style, char text[static SHOW_AUDIT])
{
	const char *word = facts_audit_word(peer->audit);
	char age[NUMBER_AGE_TEXT];

	show_row_ago(facts, peer->audited, age);
	if (style == REPORT_TEXT && peer->audit != AUDIT_NEVER)
		snprintf(text, SHOW_AUDIT, "%s %s", word, age);
	else
		snprintf(text, SHOW_AUDIT, "%s", word);
}

static int
item_metrics(const struct poll_facts *poll, struct buf *to)
{
	const struct {
		const char *verdict;
		uint64_t count;
	} all[] = {{"ok", poll->good}, {"bad", poll->bad},
	    {"silent", poll->silent}, {"inconclusive", poll->undecided}};
	size_t i;
	int result = metric_head("p2p_poll_items", "gauge",
	    "Shards at holders by the verdict of that poll.", to);

	for (i = 0; result == 0 && i < sizeof all / sizeof *all; i++)
		result = metric_sample("p2p_poll_items",
		    &(struct metric_label){"verdict", all[i].verdict}, 1,
		    (double)all[i].count, to);
	return result;
}

static int
poll_metrics(const struct poll_facts *poll, struct buf *to)
{
	int result;

	result = metric_single("p2p_poll_last_success_timestamp_seconds",
	    "gauge", "When a poll last came to a certificate.",
	    (double)poll->time, to);
	return result == 0 && poll->holds ? item_metrics(poll, to) : result;
}

/* Times at which peers have proved all that they were asked for. */
static int
audit_metrics(const struct facts *facts, struct buf *to)
{
	static const char name[] = "p2p_peer_last_proof_timestamp_seconds";
	const struct peer_facts *peer;
	struct metric_label label = {"peer", NULL};
	size_t i;
	int result = metric_head(name, "gauge",
	    "When the last audit of a peer was, if it was good.", to);

	for (i = 0; result == 0 && i < facts->peers; i++) {
		peer = &facts->peer[i];
		label.value = peer->peer->name;
		if (peer->audit == AUDIT_WHOLE)
			result = metric_sample(name, &label, 1,
			    (double)peer->audited, to);
	}
	return result;
}

/* A number of each peer that tells. */
static int
peer_scrub_metrics(const struct facts *facts, const char *name,
    const char *help, bool rotten, struct buf *to)
{
	struct metric_label label = {"peer", NULL};
	int result = metric_head(name, "gauge", help, to);
	const struct info *info;
	size_t i;

	for (i = 0; result == 0 && i < facts->peers; i++) {
		info = &facts->peer[i].info;
		label.value = facts->peer[i].peer->name;
		if (info->scrubbed > 0)
			result = metric_sample(name, &label, 1,
			    (double)(rotten ? info->rotten : info->scrubbed),
			    to);
	}
	return result;
}

static int
scrub_metrics(const struct scrubbed *scrubbed, struct buf *to)
{
	static const char name[] = "p2p_scrub_errors";
	int result;

	result = metric_single("p2p_scrub_last_success_timestamp_seconds",
	    "gauge", "When the whole store was last read.",
	    (double)scrubbed->ended, to);
	if (result == 0)
		result = metric_single("p2p_scrub_files", "gauge",
		    "Files read in the last pass.", (double)scrubbed->files,
		    to);
	if (result == 0)
		result = metric_head(name, "gauge",
		    "Of these, files that are not whole.", to);
	if (result == 0)
		result = metric_sample(name,
		    &(struct metric_label){"kind", "damaged"}, 1,
		    (double)scrubbed->damaged, to);
	if (result == 0)
		result = metric_sample(name,
		    &(struct metric_label){"kind", "unreadable"}, 1,
		    (double)scrubbed->unreadable, to);
	return result;
}

int
show_polls_metrics(const struct facts *facts, struct buf *to)
{
	int result = 0;

	if (facts->poll.time > 0)
		result = poll_metrics(&facts->poll, to);
	if (result == 0 && facts->owner == NULL)
		result = audit_metrics(facts, to);
	if (result == 0 && facts->owner == NULL)
		result = peer_scrub_metrics(facts,
		    "p2p_peer_last_scrub_timestamp_seconds",
		    "When a peer last read its whole store.", false, to);
	if (result == 0 && facts->owner == NULL)
		result = peer_scrub_metrics(facts, "p2p_peer_scrub_errors",
		    "Files that this found not whole.", true, to);
	if (result == 0 && facts->scrubbed.began > 0)
		result = scrub_metrics(&facts->scrubbed, to);
	return result;
}
