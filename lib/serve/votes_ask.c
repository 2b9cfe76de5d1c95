/* SPDX-License-Identifier: ISC */
#include "serve/votes_ask.h"

#include "peer/roster.h"

static bool
is_shown(const struct votes_ask *ask, const struct digest *holder)
{
	struct digest signer;
	size_t i;

	for (i = 0; i < ask->shown->count; i++)
		if (cose_peek(ask->shown->document[i], &signer) >= 0 &&
		    digest_equal(&signer, holder))
			return true;
	return false;
}

static int
ask_holder(struct votes_ask *ask, size_t place)
{
	struct digest id = members_id(&ask->look.roll->members, place);
	const struct peer *line = roster_find(ask->roster, &id);
	struct roster one = {.count = 1};
	struct holders holders = {0};
	int result = 0;

	if (line == NULL || line->addresses == 0 || is_shown(ask, &id))
		return 0;
	one.peer = (struct peer *)(uintptr_t)line;
	if (holders_open(&holders, &one, HOLDER_READ, ask->scalar) == 0 &&
	    holders.count == 1 && holder_usable(&holders.holder[0]))
		result = question_holder(&ask->look, &holders.holder[0], place,
		    &ask->own);
	holders_close(&holders);
	return result;
}

int
votes_ask_silent(struct votes_ask *ask)
{
	const struct items *items = &ask->look.roll->items;
	struct digest id;
	size_t i;

	for (i = 0; i < items->holders; i++) {
		id = members_id(&ask->look.roll->members, i);
		if (digest_equal(&id, &ask->self) ||
		    items->first[i] == items->first[i + 1])
			continue;
		if (ask_holder(ask, i) != 0)
			return -1;
	}
	return 0;
}
