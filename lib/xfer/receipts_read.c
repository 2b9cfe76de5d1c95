/* SPDX-License-Identifier: ISC */
#include "xfer/receipts_read.h"

#include <stdlib.h>

#include "base/each.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "doc/cose.h"
#include "format/limits.h"
#include "peer/roster.h"

#define AT_ONCE 16 /* documents that are read side by side */

struct reading {
	struct holders *holders;
	const struct digest *owner;
	struct buf *listed;   /* ids, of each holder, sorted */
	struct buf ids;	      /* of all of them, each once */
	pthread_mutex_t lock; /* of what follows, and of calls */
	size_t *broken;	      /* that each holder lists, and does not give */
	const struct receipts_reader *reader;
	int ended; /* what it said, and why, if that is -1 */
	struct failure reason;
};

static void
list_one(void *context, struct holder *holder)
{
	const struct reading *reading = context;
	struct buf *ids = &reading->listed[holder - reading->holders->holder];

	if (holder_has_papers(holder) &&
	    holder_list(holder, STORE_RECEIPTS, reading->owner, LIMIT_RECEIPTS,
		ids) != 0)
		ids->size = 0;
	digest_sort(ids);
}

/* All of them together; `fewest` are one holder's. */
static int
merge(struct reading *reading, size_t *fewest)
{
	size_t h, count, least = SIZE_MAX;

	for (h = 0; h < reading->holders->count; h++) {
		count = reading->listed[h].size / sizeof(struct digest);
		if (holder_has_papers(&reading->holders->holder[h]) &&
		    count < least)
			least = count;
		if (buf_append(&reading->ids,
			span_of_buf(&reading->listed[h])) != 0)
			return -1;
	}
	digest_sort(&reading->ids);
	*fewest = least < SIZE_MAX ? least : 0;
	return 0;
}

/* Whether it may be asked: who lists what it does not give, not for ever. */
static bool
is_good(struct reading *reading, size_t h)
{
	bool good;

	pthread_mutex_lock(&reading->lock);
	good = reading->broken[h] < LIMIT_BROKEN_PROMISES;
	pthread_mutex_unlock(&reading->lock);
	return good && holder_usable(&reading->holders->holder[h]);
}

static void
blame(struct reading *reading, size_t h)
{
	size_t broken;

	pthread_mutex_lock(&reading->lock);
	broken = ++reading->broken[h];
	pthread_mutex_unlock(&reading->lock);
	if (broken == LIMIT_BROKEN_PROMISES)
		log_line(LOG_WARN,
		    "peer '%s' lists receipts that it does not give: no more "
		    "of them are read there",
		    reading->holders->holder[h].peer->name);
}

static bool
give(struct reading *reading, size_t h, const struct store_key *key,
    struct buf *document)
{
	if (!is_good(reading, h) ||
	    digest_find(span_of_buf(&reading->listed[h]), &key->id) < 0)
		return false;
	if (holder_get(&reading->holders->holder[h], key, LIMIT_DOCUMENT,
		document) == 1)
		return true;
	blame(reading, h);
	return false;
}

static void
tell(struct reading *reading, const struct digest *id, struct span document)
{
	const struct receipts_reader *reader = reading->reader;
	struct receipts_paper paper = {.id = *id, .document = document};

	if (cose_peek(document, &paper.signer) != RECORD_RECEIPT ||
	    receipt_decode(document, &paper.signer, &paper.receipt) != 0 ||
	    !digest_equal(&paper.receipt.owner, reading->owner))
		return;
	pthread_mutex_lock(&reading->lock);
	if (reading->ended == 0)
		reading->ended = reader->each(reader->context, &paper);
	if (reading->ended < 0)
		reading->reason = *fail_last();
	pthread_mutex_unlock(&reading->lock);
}

static bool
has_ended(struct reading *reading)
{
	bool ended;

	pthread_mutex_lock(&reading->lock);
	ended = reading->ended != 0;
	pthread_mutex_unlock(&reading->lock);
	return ended;
}

/* Each holder is the first to be asked for its share of them. */
static void
read_one(void *context, size_t number)
{
	struct reading *reading = context;
	struct store_key key = {STORE_RECEIPTS, *reading->owner,
	    digest_from(reading->ids.data + number * sizeof key.id)};
	size_t i, count = reading->holders->count;
	struct buf document = {0};

	for (i = 0; i < count && !has_ended(reading); i++)
		if (give(reading, (number + i) % count, &key, &document)) {
			tell(reading, &key.id, span_of_buf(&document));
			break;
		}
	buf_release(&document);
}

static int
read_all(struct reading *reading)
{
	const struct receipts_reader *reader = reading->reader;
	size_t count, fewest;

	if (reading->listed == NULL || reading->broken == NULL)
		return -1;
	if (holders_each(reading->holders, list_one, reading) != 0 ||
	    merge(reading, &fewest) != 0)
		return -1;
	count = reading->ids.size / sizeof(struct digest);
	if (reader->begin != NULL)
		reading->ended = reader->begin(reader->context, count, fewest);
	if (reading->ended != 0)
		return reading->ended < 0 ? -1 : 0;
	if (each_run(count, AT_ONCE, read_one, reading) != 0)
		return -1;
	return reading->ended < 0 ? fail_again(&reading->reason) : 0;
}

int
receipts_read(struct holders *holders, const struct digest *owner,
    const struct receipts_reader *reader)
{
	struct reading reading = {.holders = holders,
	    .owner = owner,
	    .listed = memory_get(holders->count, sizeof *reading.listed),
	    .broken = memory_get(holders->count, sizeof *reading.broken),
	    .reader = reader};
	size_t h;
	int result;

	pthread_mutex_init(&reading.lock, NULL);
	result = read_all(&reading);
	for (h = 0; reading.listed != NULL && h < holders->count; h++)
		buf_release(&reading.listed[h]);
	free(reading.listed);
	free(reading.broken);
	buf_release(&reading.ids);
	pthread_mutex_destroy(&reading.lock);
	return result;
}
