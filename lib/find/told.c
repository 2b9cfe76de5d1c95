/* SPDX-License-Identifier: ISC */
#include "find/told.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"
#include "base/memory.h"
#include "doc/addresses.h"
#include "doc/cose.h"
#include "find/ask.h"
#include "find/exchange.h"
#include "format/cbor.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "xfer/known.h"

#define HOUR 3600

int
told_init(struct told *told, const struct exchange *exchange, int out)
{
	*told = (struct told){.exchange = exchange,
	    .now = (uint64_t)time(NULL),
	    .out = out};
	told->number = memory_get(exchange->table->roster->count + 1,
	    sizeof *told->number);
	if (told->number == NULL)
		return -1;
	return identity_id(exchange->scalar, &told->self);
}

void
told_release(struct told *told)
{
	free(told->number);
	told->number = NULL;
}

struct found
told_found(const struct digest *peer, const struct addresses *addresses,
    size_t number, uint64_t now, const char *via)
{
	uint64_t life = addresses->until - now;
	struct found found = {.has_id = true,
	    .id = *peer,
	    .ip_size = addresses->at[number].ip_size,
	    .port = addresses->at[number].port,
	    .sources = FOUND_EXCHANGE,
	    .trust = FOUND_SIGNED,
	    .seen = now,
	    .ttl = life < HOUR ? life : HOUR};

	memcpy(found.ip, addresses->at[number].ip, found.ip_size);
	found_set(found.via, sizeof found.via, via);
	return found;
}

static int
tell(const struct told *told, const struct digest *id, const char *via,
    const struct addresses *addresses)
{
	struct found found;
	size_t i;

	for (i = 0; i < addresses->count; i++) {
		found = told_found(id, addresses, i, told->now, via);
		if (source_tell(told->out, &found) != 0)
			return -1;
	}
	return 0;
}

/* Whose else than a peer's a record is, is of no use. */
static int
take(struct told *told, const struct peer *teller, struct span document)
{
	const char *folder = told->exchange->folder;
	const struct roster *roster = told->exchange->table->roster;
	const struct peer *peer;
	struct addresses addresses;
	struct digest id;
	uint64_t *number;
	int put;

	if (cose_peek(document, &id) < 0)
		return -1;
	peer = roster_find(roster, &id);
	if (digest_equal(&id, &told->self) || peer == NULL ||
	    !known_has_room(folder, &id, told->now))
		return 0;
	put = known_put(folder, &id, document, told->now, &addresses);
	number = &told->number[peer - roster->peer];
	if (put <= 0 || addresses.number <= *number)
		return put < 0 ? -1 : 0;
	*number = addresses.number;
	return tell(told, &id, teller->name, &addresses);
}

int
told_take(struct told *told, const struct peer *teller, struct span answer)
{
	struct cbor_reader reader;
	struct span document;
	uint64_t count;

	if (cbor_measure(answer, LIMIT_MESSAGE) != (int64_t)answer.size)
		return fail(FAIL_DATA, "the answer is malformed");
	cbor_reader_init(&reader, answer);
	for (count = cbor_read_array(&reader, KNOWN_TOLD); count > 0; count--) {
		document = cbor_read_bytes(&reader, KNOWN_DOCUMENT);
		if (reader.bad)
			break;
		if (take(told, teller, document) != 0)
			return -1;
	}
	return cbor_reader_end(&reader, "the answer");
}
