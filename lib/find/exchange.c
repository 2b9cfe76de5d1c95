/* SPDX-License-Identifier: ISC */
#include "find/exchange.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <time.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "doc/addresses.h"
#include "find/ask.h"
#include "find/talk.h"
#include "find/told.h"
#include "net/address.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "xfer/known.h"

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

/* An exchange under way, and who has been told of in it. */
struct taking {
	const struct exchange *exchange;
	bool *told; /* for each peer of the roster */
};

/* What a dial has shown, or what a peer says. */
static int
take(void *context, const struct source *source, struct found *found)
{
	struct taking *taking = context;
	struct table *table = taking->exchange->table;
	const struct peer *peer = roster_find(table->roster, &found->id);

	(void)source;
	if (found->ok != 0)
		return table_prove(table, found, &found->id, found->rtt_us);
	if (found->refused != 0) {
		table_refuse(table, found);
		return 0;
	}
	if (peer != NULL)
		taking->told[peer - table->roster->peer] = true;
	return table_add(table, found) < 0 ? -1 : 0;
}

/* The word of a peer that is kept, where nobody has told it again. */
static int
add_kept(const struct exchange *exchange, const struct peer *peer)
{
	struct table *table = exchange->table;
	uint64_t now = (uint64_t)time(NULL);
	struct addresses addresses;
	struct found found;
	size_t i;

	if (!known_get(exchange->folder, &peer->id, now, &addresses))
		return 0;
	for (i = 0; i < addresses.count; i++) {
		found = told_found(&peer->id, &addresses, i, now, "kept");
		if (table_add(table, &found) < 0)
			return -1;
	}
	return 0;
}

static int
add_all_kept(const struct taking *taking)
{
	const struct roster *roster = taking->exchange->table->roster;
	size_t i;

	for (i = 0; i < roster->count; i++)
		if (roster->peer[i].has_id && !taking->told[i] &&
		    add_kept(taking->exchange, &roster->peer[i]) != 0)
			return -1;
	return 0;
}

int
exchange_run(const struct exchange *exchange, const struct address *own)
{
	const struct source peers = {.kind = FOUND_EXCHANGE,
	    .name = "exchange",
	    .run = talk_run,
	    .options = exchange};
	struct taking taking = {exchange,
	    memory_get(exchange->table->roster->count + 1, sizeof(bool))};
	const struct ask ask = {.source = &peers,
	    .count = 1,
	    .wait_ms = exchange->wait_ms,
	    .each = take,
	    .context = &taking};
	int result = -1;

	if (taking.told != NULL && prepare(exchange, own) == 0)
		result = ask_run(&ask);
	if (result == 0)
		result = add_all_kept(&taking);
	free(taking.told);
	return result;
}
