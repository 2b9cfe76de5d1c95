/* SPDX-License-Identifier: ISC */

/* All holders of a roster, together. */

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/ask.h"
#include "xfer/errand.h"
#include "xfer/promises.h"

/* How holders are opened. */
struct opening {
	enum holder_mode mode;
	const struct secret *scalar;
};

static int
open_address(struct holder *holder, const char *address,
    const struct opening *opening)
{
	if (strncmp(address, "dir:", 4) == 0)
		return holder_dir_open(holder, address + 4, opening->mode);
	return holder_net_open(holder, address, opening->scalar);
}

/* The first of its addresses that works. */
static void
open_peer(void *context, struct holder *holder)
{
	const struct peer *peer = holder->peer;

	while (holder->tried < peer->addresses)
		if (open_address(holder, peer->address[holder->tried++],
			context) == 0)
			return;
	holder_lose(holder);
}

/* Two names for one store would be two shards on one disk. */
static int
check_distinct(const struct holders *holders)
{
	size_t i, j;

	for (i = 0; i < holders->count; i++)
		for (j = 0; j < i; j++)
			if (holders->holder[i].calls != NULL &&
			    holders->holder[j].calls != NULL &&
			    digest_equal(&holders->holder[i].id,
				&holders->holder[j].id))
				return fail(FAIL_USAGE,
				    "the peers '%s' and '%s' are the same "
				    "store",
				    holders->holder[j].peer->name,
				    holders->holder[i].peer->name);
	return 0;
}

/* The peers of a roster that have an address. */
static int
take_peers(struct holders *holders, const struct roster *roster)
{
	struct holder *holder;
	size_t i;

	if (roster->count == 0)
		return fail(FAIL_USAGE, "there is no peer in the roster");
	holders->holder = memory_get(roster->count, sizeof *holders->holder);
	if (holders->holder == NULL)
		return -1;
	for (i = 0; i < roster->count; i++) {
		if (roster->peer[i].addresses == 0)
			continue;
		holder = &holders->holder[holders->count++];
		holder->peer = &roster->peer[i];
		holder->id = roster->peer[i].id;
		holder->room = UINT64_MAX;
		pthread_mutex_init(&holder->lock, NULL);
	}
	if (holders->count == 0) {
		fail(FAIL_USAGE, "no peer in the roster has an address");
		return fail_hint("peer-find may find them: -p <(peer-find)");
	}
	holders->asks = asks_open();
	return holders->asks ? 0 : -1;
}

int
holders_open(struct holders *holders, const struct roster *roster,
    enum holder_mode mode, const struct secret *scalar)
{
	struct opening opening = {mode, scalar};

	*holders = (struct holders){0};
	if (take_peers(holders, roster) == 0 &&
	    holders_each(holders, open_peer, &opening) == 0 &&
	    check_distinct(holders) == 0)
		return 0;
	holders_close(holders);
	return -1;
}

/* How an opening goes for one that may be open. */
struct reopening {
	struct opening opening;
	struct asks *asks;
};

static void
reopen_peer(void *context, struct holder *holder)
{
	struct reopening *reopening = context;

	if (holder_usable(holder) || !holder->peer->has_id ||
	    ask_silence(reopening->asks, holder) > 0)
		return;
	if (holder->calls != NULL)
		holder->calls->close(holder);
	holder->calls = NULL;
	holder->lost = false;
	holder->tried = 0;
	open_peer(&reopening->opening, holder);
}

int
holders_reopen(struct holders *holders, enum holder_mode mode,
    const struct secret *scalar)
{
	struct reopening reopening = {{mode, scalar}, holders->asks};

	return holders_each(holders, reopen_peer, &reopening);
}

static void
ask_room(void *context, struct holder *holder)
{
	struct info info;

	holder->owner = *(const struct digest *)context;
	if (holder_usable(holder) && holder->peer->has_id &&
	    holder_info(holder, NULL, &info) == 0)
		holder_set_room(holder, info_room(&info));
}

int
holders_serve(struct holders *holders, const struct digest *owner)
{
	struct digest whose = *owner;

	return holders_each(holders, ask_room, &whose);
}

void
holders_close(struct holders *holders)
{
	struct holder *holder;
	size_t i;

	asks_close(holders->asks, holders);
	promises_close(holders->promises);
	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (holder->calls != NULL)
			holder->calls->close(holder);
		buf_release(&holder->receipts);
		buf_release(&holder->published);
		pthread_mutex_destroy(&holder->lock);
	}
	free(holders->holder);
	*holders = (struct holders){0};
}

int
holders_have(struct holders *holders, const struct question *question,
    void (*answered)(void *context, const struct errand *errand,
	const bool *there),
    void *context)
{
	struct errand *errand = memory_get(holders->count, sizeof *errand);
	bool there[LIMIT_REQUEST_IDS];
	size_t i;

	if (errand == NULL)
		return -1;
	for (i = 0; i < holders->count; i++)
		if (holder_usable(&holders->holder[i]))
			errand_begin_have(&errand[i], &holders->holder[i],
			    question);
	for (i = 0; i < holders->count; i++)
		if (errand[i].holder != NULL &&
		    errand_end_have(&errand[i], question, there) == 0)
			answered(context, &errand[i], there);
	free(errand);
	return 0;
}

void
holders_limit(struct holders *holders, struct rate *rate)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		holders->holder[i].rate = rate;
}

size_t
holders_usable(struct holders *holders)
{
	size_t i, usable = 0;

	for (i = 0; i < holders->count; i++)
		usable += holder_takes(&holders->holder[i]);
	return usable;
}

void
holders_explain(struct holders *holders)
{
	struct holder *holder;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (holder->lost)
			log_line(LOG_WARN, "peer '%s' is not usable: %s",
			    holder->peer->name, holder->reason.text);
		else if (holder->late)
			log_line(LOG_WARN,
			    "peer '%s' was too slow to be waited for",
			    holder->peer->name);
		else if (holder->full)
			log_line(LOG_WARN, "peer '%s' takes nothing more: %s",
			    holder->peer->name, holder->reason.text);
		if ((holder->lost || holder->full) &&
		    holder->reason.hint[0] != '\0')
			log_line(LOG_WARN, "hint: %s", holder->reason.hint);
		if (holder->damaged > 0)
			log_line(LOG_WARN,
			    "peer '%s' has %llu damaged or unreadable: %s",
			    holder->peer->name,
			    (unsigned long long)holder->damaged,
			    holder->reason.text);
	}
}
