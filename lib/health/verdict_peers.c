/* SPDX-License-Identifier: ISC */
#include "health/verdict_peers.h"

#include <string.h>

#include "health/verdict_note.h"
#include "peer/peer.h"

#define SKEW_MAX 300	 /* seconds: retention counts in hours */
#define ROOM_PART 20	 /* less than 1/20 of what was agreed is "hardly" */
#define AWAY_LONG 259200 /* 72 h: shards may be rebuilt elsewhere */

static bool
is_refused(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->state == PEER_REFUSED && peer->peer->has_id;
}

/* A disk has no key that could be another one. */
static bool
is_unmounted(const struct facts *facts, const struct peer_facts *peer)
{
	(void)facts;
	return peer->state == PEER_REFUSED && !peer->peer->has_id;
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

static void
read_all(const struct facts *facts, char fix[static REMEDY_TEXT])
{
	remedy_repair(&facts->site, "-a -c", fix);
}

/* Elsewhere, if there is a place for what they may have. */
static void
rebuild(const struct facts *facts, char fix[static REMEDY_TEXT])
{
	const struct backup_facts *backup;
	size_t i;

	for (i = 0; i < facts->backups; i++) {
		backup = &facts->backup[i];
		if (backup->counted && backup->worst < backup->total &&
		    facts_placeable(facts, backup->worst)) {
			remedy_repair(&facts->site, "-a", fix);
			break;
		}
	}
}

/* If hardly anybody has our time it is ours that is wrong. */
static void
set_clock(const struct facts *facts, char fix[static REMEDY_TEXT])
{
	size_t i, wrong = 0, right = 0;

	for (i = 0; i < facts->peers; i++) {
		if (!facts->peer[i].peer->has_id)
			continue;
		wrong += is_skewed(facts, &facts->peer[i]);
		right += facts->peer[i].state == PEER_UP &&
		    !is_skewed(facts, &facts->peer[i]);
	}
	if (wrong > 1 && wrong > right)
		strcpy(fix, "timedatectl set-ntp true");
}

static const struct {
	enum check_name name;
	bool (*is)(const struct facts *facts, const struct peer_facts *peer);
	const char *what;
	void (*fix)(const struct facts *facts, char fix[static REMEDY_TEXT]);
	const char *by_hand;
} peer_check[] = {
    {CHECK_KEY_MISMATCH, is_refused, "refused", NULL,
	"compare keys with whoever runs it; then peer-pair remove it, and "
	"accept it anew"},
    {CHECK_STORE_UNMOUNTED, is_unmounted, "no store in its folder", NULL,
	"mount its disk; if it is new, the next backup makes a store there"},
    {CHECK_DAMAGE, is_damaged, "gave damaged bytes", read_all, ""},
    {CHECK_PEER_GONE, is_gone, "down for 3 days and more", rebuild,
	"if it does not come back: peer-pair remove it"},
    {CHECK_PEER_DOWN, is_down, "down", NULL, "see to the machine, or wait"},
    {CHECK_PEER_LATE, is_late, "there, but too slow to answer", NULL,
	"see what its machine is busy with"},
    {CHECK_QUOTA, is_full, "hardly any room left", NULL,
	"agree on more space, or shard-drop old snapshots; where LEFT is "
	"0, see whether its disk is mounted read-only"},
    {CHECK_PEER_ROT, is_rotten, "a disk that rots, by the last scrub", NULL,
	"tell whoever runs it; what is gone counts as missing"},
    {CHECK_CLOCK_SKEW, is_skewed, "a clock that is not ours", set_clock,
	"run NTP on both machines"},
};

/* Name the peers that it is true for. */
static void
judge(struct verdict *verdict, const struct facts *facts, size_t check)
{
	size_t asked = facts->peers - facts_peers(facts, PEER_PASSIVE);
	struct verdict_names names = {.count = 0};
	char fix[REMEDY_TEXT] = "";
	size_t i;

	for (i = 0; i < facts->peers; i++)
		if (peer_check[check].is(facts, &facts->peer[i]))
			verdict_names_add(&names, facts->peer[i].peer->name);
	if (names.count == 0)
		return;
	if (peer_check[check].fix != NULL)
		peer_check[check].fix(facts, fix);
	verdict_note(verdict, peer_check[check].name, fix,
	    peer_check[check].by_hand, "%s: %s (%zu of %zu peers)",
	    peer_check[check].what, names.text, names.count, asked);
}

void
verdict_peers(struct verdict *verdict, const struct facts *facts)
{
	size_t i;

	for (i = 0; i < sizeof peer_check / sizeof *peer_check; i++)
		judge(verdict, facts, i);
}
