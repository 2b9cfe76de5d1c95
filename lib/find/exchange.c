/* SPDX-License-Identifier: ISC */
#include "find/exchange.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/each.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "doc/addresses.h"
#include "doc/cose.h"
#include "find/news.h"
#include "find/ranking.h"
#include "format/cbor.h"
#include "format/found_text.h"
#include "net/address.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "xfer/known.h"
#include "xfer/session.h"

#define AT_ONCE 8
#define TRIES 3 /* endpoints of one peer */
#define CONNECT_MS 1500
#define ANSWER_MS 3000
#define HOUR 3600

struct talk {
	const struct exchange *exchange;
	struct table_record **list; /* ranked */
	struct digest self;
	uint64_t now;
	int out;
	pthread_mutex_t lock; /* of the folder and of `out` */
};

static int
sign_own(const struct exchange *exchange, const struct addresses *own)
{
	struct buf document = {0};
	struct addresses back;
	struct digest self;
	int result = identity_id(exchange->scalar, &self);

	if (result == 0)
		result = addresses_encode(own, exchange->scalar, &document);
	if (result == 0 &&
	    known_put(exchange->folder, &self, span_of_buf(&document),
		own->number, &back) < 0)
		result = -1;
	buf_release(&document);
	return result;
}

/* The folder, and a record of our own address in it, if there is one. */
static int
prepare(const struct exchange *exchange, const struct address *address)
{
	uint64_t now = (uint64_t)time(NULL);
	struct addresses own = {.number = now,
	    .until = now + ADDRESSES_LIFE,
	    .count = 1};
	struct addresses_at *at = own.at;

	if (file_make_folder(exchange->folder, 0700) != 0)
		return -1;
	if (address == NULL)
		return 0;
	if (inet_pton(AF_INET, address->host, at->ip) == 1)
		at->ip_size = 4;
	else if (inet_pton(AF_INET6, address->host, at->ip) == 1)
		at->ip_size = 16;
	else
		return fail(FAIL_USAGE,
		    "an address record needs an ip, and '%s' is none",
		    address->host);
	at->port = (uint16_t)strtoul(address->port, NULL, 10);
	return sign_own(exchange, &own);
}

static int
tell(const struct talk *talk, const struct digest *id, const char *via,
    const struct addresses *addresses)
{
	struct found found;
	uint64_t life = addresses->until - talk->now;
	size_t i;

	for (i = 0; i < addresses->count; i++) {
		found = (struct found){.has_id = true,
		    .id = *id,
		    .ip_size = addresses->at[i].ip_size,
		    .port = addresses->at[i].port,
		    .sources = FOUND_EXCHANGE,
		    .trust = FOUND_SIGNED,
		    .seen = talk->now,
		    .ttl = life < HOUR ? life : HOUR};
		memcpy(found.ip, addresses->at[i].ip, found.ip_size);
		found_set(found.via, sizeof found.via, via);
		if (source_tell(talk->out, &found) != 0)
			return -1;
	}
	return 0;
}

/* A record that a peer tells: whose else than a peer's is of no use. */
static int
take(const struct talk *talk, const struct peer *teller, struct span document)
{
	struct addresses addresses;
	struct digest id;
	int put;

	if (cose_peek(document, &id) < 0)
		return -1;
	if (digest_equal(&id, &talk->self) ||
	    roster_find(talk->exchange->table->roster, &id) == NULL)
		return 0;
	put = known_put(talk->exchange->folder, &id, document, talk->now,
	    &addresses);
	return put > 0 ? tell(talk, &id, teller->name, &addresses) : put;
}

static int
take_all(const struct talk *talk, const struct peer *teller, struct span body)
{
	struct cbor_reader reader;
	struct span document;
	uint64_t count;

	if (cbor_measure(body, LIMIT_MESSAGE) != (int64_t)body.size)
		return fail(FAIL_DATA, "the answer is malformed");
	cbor_reader_init(&reader, body);
	for (count = cbor_read_array(&reader, KNOWN_TOLD); count > 0; count--) {
		document = cbor_read_bytes(&reader, KNOWN_DOCUMENT);
		if (reader.bad)
			break;
		if (take(talk, teller, document) != 0)
			return -1;
	}
	return cbor_reader_end(&reader, "the answer");
}

static int
talk_to(struct talk *talk, const struct peer *peer, struct session *session)
{
	struct request request = {.verb = VERB_PEERS};
	struct answer answer = {0};
	int result = session_call(session, &request, NULL, &answer);

	pthread_mutex_lock(&talk->lock);
	if (known_reach(talk->exchange->folder, &peer->id) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	else if (result == 0)
		result = take_all(talk, peer, span_of_buf(&answer.body));
	pthread_mutex_unlock(&talk->lock);
	answer_release(&answer);
	return result;
}

static int
reach(void *context)
{
	return address_connect(context, CONNECT_MS);
}

static struct session *
call(const struct talk *talk, const struct peer *peer,
    const struct found *found)
{
	char text[FOUND_TEXT_ADDRESS];
	struct address address;
	struct session_options options = {.reach = reach,
	    .context = &address,
	    .scalar = talk->exchange->scalar,
	    .peer = &peer->id,
	    .handshake_ms = ANSWER_MS,
	    .answer_ms = ANSWER_MS};

	found_text_address(found, text);
	return address_parse(text, &address) == 0 ? session_open(&options)
						  : NULL;
}

/* At the best of its endpoints that answers. */
static int
ask_peer(struct talk *talk, const struct peer *peer)
{
	const struct table *table = talk->exchange->table;
	const struct found *found;
	struct session *session = NULL;
	size_t i, tries = 0;
	int result;

	for (i = 0; i < table->count && tries < TRIES && session == NULL; i++) {
		found = &talk->list[i]->found;
		if (!found->has_id || !digest_equal(&found->id, &peer->id))
			continue;
		tries++;
		session = call(talk, peer, found);
	}
	if (session == NULL)
		return tries == 0 ? 0 : -1;
	result = talk_to(talk, peer, session);
	session_close(session);
	return result;
}

static void
ask_one(void *context, size_t number)
{
	struct talk *talk = context;
	const struct peer *peer = &talk->exchange->table->roster->peer[number];

	if (peer->has_id && ask_peer(talk, peer) != 0)
		log_line(LOG_DETAIL, "exchange with '%s': %s", peer->name,
		    fail_last()->text);
}

static int
ask_all(const struct source *source, int out)
{
	const struct exchange *exchange = source->options;
	struct talk talk = {.exchange = exchange,
	    .now = (uint64_t)time(NULL),
	    .out = out,
	    .lock = PTHREAD_MUTEX_INITIALIZER};
	int result = -1;

	talk.list = calloc(exchange->table->count + 1, sizeof *talk.list);
	if (talk.list == NULL)
		return fail_errno("cannot get memory");
	if (identity_id(exchange->scalar, &talk.self) == 0 &&
	    ranking_list(exchange->table, talk.list) == 0)
		result = each_run(exchange->table->roster->count, AT_ONCE,
		    ask_one, &talk);
	free(talk.list);
	return result;
}

int
exchange_run(const struct exchange *exchange, const struct address *own,
    int wait_ms)
{
	struct source peers = {.kind = FOUND_EXCHANGE,
	    .name = "exchange",
	    .run = ask_all,
	    .options = exchange};
	struct news news = {.table = exchange->table};

	if (prepare(exchange, own) != 0)
		return -1;
	return news_run(&news, &peers, 1, wait_ms);
}
