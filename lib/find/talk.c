/* SPDX-License-Identifier: ISC */
#include "find/talk.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/each.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "find/ask.h"
#include "find/dials.h"
#include "find/exchange.h"
#include "find/ranking.h"
#include "find/told.h"
#include "format/found_text.h"
#include "net/address.h"
#include "peer/roster.h"
#include "xfer/known.h"
#include "xfer/session.h"

#define AT_ONCE 8
#define TRIES 3 /* endpoints of one peer */
#define CONNECT_MS 1500
#define ANSWER_MS 3000

struct talks {
	const struct exchange *exchange;
	uint64_t start; /* by clock_us */
	struct dials dials;
	const struct peer **peer; /* in the order of their first turns */
	size_t peers;
	struct told told;
	pthread_mutex_t lock; /* of `told` and its folder */
};

static int
ask(struct talks *talks, const struct peer *peer, struct session *session)
{
	struct request request = {.verb = VERB_PEERS};
	struct answer answer = {0};
	int result = session_call(session, &request, NULL, &answer);

	pthread_mutex_lock(&talks->lock);
	if (known_reach(talks->exchange->folder, &peer->id) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	else if (result == 0)
		result =
		    told_take(&talks->told, peer, span_of_buf(&answer.body));
	pthread_mutex_unlock(&talks->lock);
	answer_release(&answer);
	return result;
}

/* A connection that is being made, and how long that took. */
struct way {
	struct address address;
	struct dial *dial;
};

static int
reach(void *context)
{
	struct way *way = context;
	uint64_t start = clock_us();
	int fd = address_connect(&way->address, CONNECT_MS);

	way->dial->rtt_us = (uint32_t)(clock_us() - start) | 1;
	return fd;
}

static struct session *
open_session(const struct talks *talks, struct dial *dial)
{
	char text[FOUND_TEXT_ADDRESS];
	struct way way = {.dial = dial};
	struct session_options options = {.reach = reach,
	    .context = &way,
	    .scalar = talks->exchange->scalar,
	    .peer = &dial->found.id,
	    .handshake_ms = ANSWER_MS,
	    .answer_ms = ANSWER_MS};

	found_text_address(&dial->found, text);
	return address_parse(text, &way.address) == 0 ? session_open(&options)
						      : NULL;
}

/* Say whether that led to the peer. */
static int
note(struct talks *talks, const struct dial *dial, bool reached)
{
	struct found found = dial->found;
	int result;

	found.ok = reached ? talks->told.now : 0;
	found.refused = reached ? 0 : talks->told.now;
	found.rtt_us = reached ? dial->rtt_us : 0;
	pthread_mutex_lock(&talks->lock);
	result = source_tell(talks->told.out, &found);
	pthread_mutex_unlock(&talks->lock);
	return result;
}

/* Wait for its turn; false: that would be too late. */
static bool
is_due(const struct talks *talks, const struct dial *dial)
{
	int64_t past = (int64_t)((clock_us() - talks->start) / 1000);

	if (dial->after_ms >= talks->exchange->wait_ms)
		return false;
	if (dial->after_ms > past)
		poll(NULL, 0, (int)(dial->after_ms - past));
	return true;
}

/* At the first of its endpoints that answers. */
static int
ask_peer(struct talks *talks, const struct peer *peer)
{
	struct session *session;
	struct dial *dial = talks->dials.dial;
	size_t i;
	int result = 0;

	for (i = 0; i < talks->dials.count; i++, dial++) {
		if (!digest_equal(&dial->found.id, &peer->id) ||
		    !is_due(talks, dial))
			continue;
		session = open_session(talks, dial);
		result = session == NULL ? -1 : 0;
		if (session == NULL)
			dial->reason = *fail_last();
		if (note(talks, dial, session != NULL) != 0)
			result = -1;
		if (session == NULL)
			continue;
		if (result == 0)
			result = ask(talks, peer, session);
		session_close(session);
		break;
	}
	return result;
}

static void
ask_one(void *context, size_t number)
{
	struct talks *talks = context;
	const struct peer *peer = talks->peer[number];

	if (ask_peer(talks, peer) != 0)
		log_line(LOG_DETAIL, "exchange with '%s': %s", peer->name,
		    fail_last()->text);
}

/* Of each peer the endpoints that rank first, as many as may be tried. */
static int
choose(struct talks *talks, struct table_record **list, uint8_t *tries)
{
	const struct table *table = talks->exchange->table;
	const struct found *found;
	const struct peer *peer;
	size_t i, number;

	if (ranking_list(table, list) != 0)
		return -1;
	for (i = 0; i < table->count; i++) {
		found = &list[i]->found;
		if (!found->has_id)
			continue;
		peer = roster_find(table->roster, &found->id);
		if (peer == NULL)
			continue;
		number = (size_t)(peer - table->roster->peer);
		if (tries[number] < TRIES &&
		    dials_add(&talks->dials, table, found))
			tries[number]++;
	}
	return 0;
}

static bool
has_turn(const struct talks *talks, const struct peer *peer)
{
	size_t i;

	for (i = 0; i < talks->peers; i++)
		if (talks->peer[i] == peer)
			return true;
	return false;
}

/* Who has to wait for long must not keep others from being asked at once. */
static void
order(struct talks *talks)
{
	const struct peer *peer;
	int turn;
	size_t i;

	for (turn = 0; turn < TABLE_OF_NET; turn++)
		for (i = 0; i < talks->dials.count; i++) {
			if (talks->dials.dial[i].after_ms !=
			    turn * DIALS_APART_MS)
				continue;
			peer = roster_find(talks->exchange->table->roster,
			    &talks->dials.dial[i].found.id);
			if (!has_turn(talks, peer))
				talks->peer[talks->peers++] = peer;
		}
}

static int
plan(struct talks *talks)
{
	const struct table *table = talks->exchange->table;
	struct table_record **list = memory_get(table->count + 1, sizeof *list);
	uint8_t *tries = memory_get(table->roster->count + 1, 1);
	int result = -1;

	talks->peer = memory_get(table->roster->count + 1, sizeof *talks->peer);
	if (list != NULL && tries != NULL && talks->peer != NULL &&
	    dials_init(&talks->dials, table) == 0)
		result = choose(talks, list, tries);
	if (result == 0)
		order(talks);
	free(list);
	free(tries);
	return result;
}

int
talk_run(const struct source *source, int out)
{
	struct talks talks = {.exchange = source->options,
	    .start = clock_us(),
	    .lock = PTHREAD_MUTEX_INITIALIZER};
	int result = told_init(&talks.told, talks.exchange, out);

	if (result == 0)
		result = plan(&talks);
	if (result == 0)
		result = each_run(talks.peers, AT_ONCE, ask_one, &talks);
	told_release(&talks.told);
	dials_release(&talks.dials);
	free(talks.peer);
	return result;
}
