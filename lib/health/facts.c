/* SPDX-License-Identifier: ISC */
#include "health/facts.h"

#include <stdlib.h>

const char *
facts_peer_word(enum peer_state state)
{
	static const char *const word[] = {"up", "down", "refused", "passive",
	    "late"};

	return word[state];
}

const char *
facts_stripe_word(enum redundancy state)
{
	static const char *const word[] = {"intact", "away", "degraded", "edge",
	    "hidden", "lost"};

	return word[state];
}

const char *
facts_audit_word(enum audit_state state)
{
	static const char *const word[] = {"-", "ok", "bad", "silent"};

	return word[state];
}

uint64_t
facts_looks(const struct peer_facts *peer, int kind)
{
	uint64_t sum = 0;
	int day;

	for (day = 0; day < HEALTH_DAYS; day++)
		sum += peer->looks[day][kind];
	return sum;
}

bool
facts_placeable(const struct facts *facts, unsigned seen)
{
	size_t i, places = 0;

	for (i = 0; i < facts->peers; i++)
		places += facts->peer[i].state == PEER_UP &&
		    facts->peer[i].counted;
	return seen < places;
}

size_t
facts_peers(const struct facts *facts, enum peer_state state)
{
	size_t i, count = 0;

	for (i = 0; i < facts->peers; i++)
		count += facts->peer[i].state == state;
	return count;
}

enum redundancy
facts_worst(const struct backup_facts *backup)
{
	int state = STRIPE_LOST;

	while (state > (int)backup->documents && backup->stripes[state] == 0)
		state--;
	return (enum redundancy)state;
}

enum redundancy
facts_redundancy(size_t seen, size_t away, unsigned need, unsigned total)
{
	size_t possible = seen + away < total ? seen + away : total;

	if (seen >= total)
		return STRIPE_INTACT;
	if (possible < need)
		return STRIPE_LOST;
	if (seen < need)
		return STRIPE_HIDDEN;
	if (possible == total)
		return STRIPE_AWAY;
	return possible == need ? STRIPE_EDGE : STRIPE_DEGRADED;
}

enum redundancy
facts_documents(size_t copies, size_t away, unsigned need, unsigned total)
{
	return facts_redundancy(copies, away, 1, total - need + 1);
}

void
facts_release(struct facts *facts)
{
	free(facts->peer);
	free(facts->backup);
	free(facts->owner);
	free(facts->drill);
	*facts = (struct facts){0};
}
