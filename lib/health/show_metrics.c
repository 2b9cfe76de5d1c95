/* SPDX-License-Identifier: ISC */

/* For Prometheus. */

#include "health/show.h"

#include <stdlib.h>

#include "base/memory.h"
#include "format/metric.h"
#include "health/drills.h"
#include "health/show_polls.h"
#include "peer/peer.h"

#define P "p2p_" /* what every metric's name begins with */

static int
sample(const char *name, const char *label, const char *value, uint64_t number,
    struct buf *to)
{
	return metric_sample(name, &(struct metric_label){label, value}, 1,
	    (double)number, to);
}

static int
show_peers(const struct facts *facts, struct buf *to)
{
	const struct peer_facts *peer;
	int state, result;
	size_t i;

	result = metric_head(P "peers", "gauge",
	    "Peers of the roster by state.", to);
	for (state = 0; result == 0 && state < PEER_STATES; state++)
		result = sample(P "peers", "state",
		    facts_peer_word((enum peer_state)state),
		    facts_peers(facts, (enum peer_state)state), to);
	if (result == 0)
		result = metric_head(P "peer_last_seen_timestamp_seconds",
		    "gauge", "When a peer was last seen up.", to);
	for (i = 0; result == 0 && i < facts->peers; i++)
		if (facts->peer[i].seen > 0)
			result = sample(P "peer_last_seen_timestamp_seconds",
			    "peer", facts->peer[i].peer->name,
			    facts->peer[i].seen, to);
	if (result == 0)
		result = metric_head(P "peer_used_bytes", "gauge",
		    "Bytes of ours that a peer has.", to);
	for (i = 0; result == 0 && i < facts->peers; i++) {
		peer = &facts->peer[i];
		if (peer->state == PEER_UP)
			result = sample(P "peer_used_bytes", "peer",
			    peer->peer->name, peer->info.used, to);
	}
	if (result == 0)
		result = metric_head(P "peer_room_bytes", "gauge",
		    "Bytes that a peer will still take.", to);
	for (i = 0; result == 0 && i < facts->peers; i++) {
		peer = &facts->peer[i];
		if (peer->state == PEER_UP)
			result = sample(P "peer_room_bytes", "peer",
			    peer->peer->name, info_room(&peer->info), to);
	}
	return result;
}

/* What holders that let us know have counted. */
static int
show_told(const struct facts *facts, struct buf *to)
{
	struct counts_row *row = memory_get(facts->peers + 1, sizeof *row);
	size_t i, count = 0;
	int result = 0;

	if (row == NULL)
		return -1;
	for (i = 0; i < facts->peers; i++)
		if (facts->peer[i].told)
			row[count++] =
			    (struct counts_row){facts->peer[i].peer->name,
				&facts->peer[i].counts};
	if (count > 0)
		result = counts_print(row, count, P "peer_", true, to);
	free(row);
	return result;
}

static int
show_stripes(const struct facts *facts, struct buf *to)
{
	uint64_t count;
	int state, result;
	size_t i;

	result = metric_head(P "stripes", "gauge",
	    "Stripes of the backups looked into, by redundancy.", to);
	for (state = 0; result == 0 && state < STRIPE_STATES; state++) {
		for (i = count = 0; i < facts->backups; i++)
			count += facts->backup[i].stripes[state];
		result = sample(P "stripes", "state",
		    facts_stripe_word((enum redundancy)state), count, to);
	}
	return result;
}

static int
show_owners(const struct facts *facts, struct buf *to)
{
	size_t i;
	int result;

	result = metric_head(P "owner_newest_backup_timestamp_seconds", "gauge",
	    "When an owner last published a backup.", to);
	for (i = 0; result == 0 && i < facts->owners; i++)
		result = sample(P "owner_newest_backup_timestamp_seconds",
		    "owner", facts->owner[i].peer->name, facts->owner[i].newest,
		    to);
	return result;
}

static int
show_network(const struct facts *facts, struct buf *to)
{
	int result;

	result = metric_single(P "backups", "gauge",
	    "Snapshots that there are.", (double)facts->snapshots, to);
	if (result == 0 && facts->backups > 0)
		result = metric_single(P "newest_backup_timestamp_seconds",
		    "gauge", "When the newest snapshot was published.",
		    (double)facts->backup[0].time, to);
	if (result == 0)
		result = show_stripes(facts, to);
	if (result == 0)
		result = show_peers(facts, to);
	return result == 0 ? show_told(facts, to) : -1;
}

int
show_metrics(const struct verdict *verdict, const struct facts *facts,
    struct buf *to)
{
	int result;

	result = metric_head(P "build_info", "gauge",
	    "The version of the tools.", to);
	if (result == 0)
		result = sample(P "build_info", "version", VERSION, 1, to);
	if (result == 0)
		result = metric_single(P "health_status", "gauge",
		    "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
		    (double)verdict->severity, to);
	if (result == 0)
		result = metric_single(P "health_timestamp_seconds", "gauge",
		    "When this was looked at.", (double)facts->now, to);
	if (result == 0)
		result = facts->owner != NULL ? show_owners(facts, to)
					      : show_network(facts, to);
	if (result == 0)
		result = show_polls_metrics(facts, to);
	if (result == 0)
		result = drills_metrics(facts, to);
	return result;
}
