/* SPDX-License-Identifier: ISC */

/* For Prometheus. */

#include "health/show.h"

#include "peer/peer.h"

#define P "p2p_" /* what every metric's name begins with */

static int
head(const char *name, const char *type, const char *help, struct buf *to)
{
	return buf_print(to, "# HELP " P "%s %s\n# TYPE " P "%s %s\n", name,
	    help, name, type);
}

static int
gauge(const char *name, const char *help, uint64_t value, struct buf *to)
{
	if (head(name, "gauge", help, to) != 0)
		return -1;
	return buf_print(to, P "%s %llu\n", name, (unsigned long long)value);
}

/* A label's value: backslash, quote and newline are escaped. */
static int
quote(const char *text, struct buf *to)
{
	int result = buf_print(to, "\"");

	for (; result == 0 && *text != '\0'; text++)
		if (*text == '"' || *text == '\\')
			result = buf_print(to, "\\%c", *text);
		else if (*text == '\n')
			result = buf_print(to, "\\n");
		else
			result = buf_print(to, "%c", *text);
	return result == 0 ? buf_print(to, "\"") : -1;
}

static int
sample(const char *name, const char *label, const char *value, uint64_t number,
    struct buf *to)
{
	if (buf_print(to, P "%s{%s=", name, label) != 0 ||
	    quote(value, to) != 0)
		return -1;
	return buf_print(to, "} %llu\n", (unsigned long long)number);
}

static int
show_peers(const struct facts *facts, struct buf *to)
{
	const struct peer_facts *peer;
	int state, result;
	size_t i;

	result = head("peers", "gauge", "Peers of the roster by state.", to);
	for (state = 0; result == 0 && state < PEER_STATES; state++)
		result = sample("peers", "state",
		    facts_peer_word((enum peer_state)state),
		    facts_peers(facts, (enum peer_state)state), to);
	if (result == 0)
		result = head("peer_last_seen_timestamp_seconds", "gauge",
		    "When a peer was last seen up.", to);
	for (i = 0; result == 0 && i < facts->peers; i++)
		if (facts->peer[i].seen > 0)
			result = sample("peer_last_seen_timestamp_seconds",
			    "peer", facts->peer[i].peer->name,
			    facts->peer[i].seen, to);
	if (result == 0)
		result = head("peer_used_bytes", "gauge",
		    "Bytes of ours that a peer has.", to);
	for (i = 0; result == 0 && i < facts->peers; i++) {
		peer = &facts->peer[i];
		if (peer->state == PEER_UP)
			result = sample("peer_used_bytes", "peer",
			    peer->peer->name, peer->info.used, to);
	}
	if (result == 0)
		result = head("peer_room_bytes", "gauge",
		    "Bytes that a peer will still take.", to);
	for (i = 0; result == 0 && i < facts->peers; i++) {
		peer = &facts->peer[i];
		if (peer->state == PEER_UP)
			result = sample("peer_room_bytes", "peer",
			    peer->peer->name, info_room(&peer->info), to);
	}
	return result;
}

static int
show_stripes(const struct facts *facts, struct buf *to)
{
	uint64_t count;
	int state, result;
	size_t i;

	result = head("stripes", "gauge",
	    "Stripes of the backups looked into, by redundancy.", to);
	for (state = 0; result == 0 && state < STRIPE_STATES; state++) {
		for (i = count = 0; i < facts->backups; i++)
			count += facts->backup[i].stripes[state];
		result = sample("stripes", "state",
		    facts_stripe_word((enum redundancy)state), count, to);
	}
	return result;
}

int
show_metrics(const struct verdict *verdict, const struct facts *facts,
    struct buf *to)
{
	int result;

	result = head("build_info", "gauge", "The version of the tools.", to);
	if (result == 0)
		result = sample("build_info", "version", VERSION, 1, to);
	if (result == 0)
		result = gauge("health_status",
		    "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
		    verdict->severity, to);
	if (result == 0)
		result = gauge("health_timestamp_seconds",
		    "When this was looked at.", facts->now, to);
	if (result == 0)
		result = gauge("backups", "Snapshots that there are.",
		    facts->snapshots, to);
	if (result == 0 && facts->backups > 0)
		result = gauge("newest_backup_timestamp_seconds",
		    "When the newest snapshot was published.",
		    facts->backup[0].time, to);
	if (result == 0)
		result = show_stripes(facts, to);
	if (result == 0)
		result = show_peers(facts, to);
	return result;
}
