/* SPDX-License-Identifier: ISC */
#include "xfer/holder.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "peer/roster.h"

void
holder_lose(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	if (!holder->lost && !holder->full)
		holder->reason = *fail_last();
	holder->lost = true;
	pthread_mutex_unlock(&holder->lock);
}

static void
note_full(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	if (!holder->lost && !holder->full)
		holder->reason = *fail_last();
	holder->full = true;
	pthread_mutex_unlock(&holder->lock);
}

bool
holder_takes(struct holder *holder)
{
	bool takes;

	pthread_mutex_lock(&holder->lock);
	takes = !holder->lost && !holder->full;
	pthread_mutex_unlock(&holder->lock);
	return takes;
}

bool
holder_usable(struct holder *holder)
{
	bool lost;

	pthread_mutex_lock(&holder->lock);
	lost = holder->lost;
	pthread_mutex_unlock(&holder->lock);
	return !lost;
}

/* The first of its addresses that works. */
static int
open_peer(struct holder *holder, enum holder_mode mode)
{
	const struct peer *peer = holder->peer;
	size_t i;

	for (i = 0; i < peer->addresses; i++) {
		if (strncmp(peer->address[i], "dir:", 4) != 0)
			fail(FAIL_SYSTEM,
			    "the address '%s' is of a kind that this version "
			    "does not know",
			    peer->address[i]);
		else if (holder_dir_open(holder, peer->address[i] + 4, mode) ==
		    0)
			return 0;
	}
	return -1;
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

int
holders_open(struct holders *holders, const struct roster *roster,
    enum holder_mode mode)
{
	struct holder *holder;
	size_t i;

	*holders = (struct holders){0};
	if (roster->count == 0)
		return fail(FAIL_USAGE, "there is no peer in the roster");
	holders->holder = calloc(roster->count, sizeof *holders->holder);
	if (holders->holder == NULL)
		return fail_errno("cannot get memory");
	holders->count = roster->count;
	for (i = 0; i < roster->count; i++) {
		holder = &holders->holder[i];
		holder->peer = &roster->peer[i];
		pthread_mutex_init(&holder->lock, NULL);
		if (open_peer(holder, mode) != 0)
			holder_lose(holder);
	}
	if (check_distinct(holders) == 0)
		return 0;
	holders_close(holders);
	return -1;
}

void
holders_close(struct holders *holders)
{
	struct holder *holder;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (holder->calls != NULL)
			holder->calls->close(holder);
		pthread_mutex_destroy(&holder->lock);
	}
	free(holders->holder);
	*holders = (struct holders){0};
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

static void
count_up(struct holder *holder, uint64_t *counter, uint64_t by)
{
	pthread_mutex_lock(&holder->lock);
	*counter += by;
	pthread_mutex_unlock(&holder->lock);
}

int
holder_put(struct holder *holder, const struct store_key *key,
    struct span bytes)
{
	int result = holder->calls->put(holder, key, bytes);

	if (result == 0) {
		count_up(holder, &holder->put_count, 1);
		count_up(holder, &holder->put_size, bytes.size);
	} else if (fail_last()->kind != FAIL_DATA) {
		note_full(holder);
	}
	return result;
}

void
holder_keep(struct holder *holder)
{
	count_up(holder, &holder->kept_count, 1);
}

int
holder_commit(struct holder *holder)
{
	int result = holder->calls->commit(holder);

	if (result != 0)
		holder_lose(holder);
	return result;
}

int
holder_have(struct holder *holder, const struct question *question, bool *there)
{
	int result = holder->calls->have(holder, question, there);

	if (result != 0)
		holder_lose(holder);
	return result;
}

void
holder_damaged(struct holder *holder)
{
	pthread_mutex_lock(&holder->lock);
	if (holder->damaged++ == 0)
		holder->reason = *fail_last();
	pthread_mutex_unlock(&holder->lock);
}

/* What is damaged is as good as not there, but is to be told. */
static int
count_damage(struct holder *holder, int result)
{
	if (result >= 0)
		return result;
	holder_damaged(holder);
	return 0;
}

int
holder_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	size_t size = to->size;
	int result;

	result =
	    count_damage(holder, holder->calls->get(holder, key, limit, to));
	if (result == 0)
		to->size = size;
	return result;
}

int
holder_get_exact(struct holder *holder, const struct store_key *key, void *to,
    size_t size)
{
	return count_damage(holder,
	    holder->calls->get_exact(holder, key, to, size));
}
