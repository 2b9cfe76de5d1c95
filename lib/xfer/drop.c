/* SPDX-License-Identifier: ISC */
#include "xfer/drop.h"

#include <time.h>

#include "base/log.h"
#include "doc/order.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/forgotten.h"
#include "xfer/hearsay.h"
#include "xfer/heirs.h"
#include "xfer/named.h"
#include "xfer/needed.h"
#include "xfer/receipts_read.h"

#define USUAL_TOTAL 16 /* shards of a stripe, for the size of the filter */
#define BATCH (LIMIT_REQUEST_IDS * sizeof(struct digest))

/* Orders being collected. */
struct batch {
	struct drop *drop;
	struct needed *needed;
	unsigned shelf;
	struct buf ids;
	struct buf papers;	    /* that nobody needs */
	struct buf order;	    /* the one being given */
	bool refused[ROSTER_PEERS]; /* by that holder, which was told of */
};

static void
give_order(void *context, struct holder *holder)
{
	struct batch *batch = context;
	bool *refused = &batch->refused[holder - batch->drop->holders->holder];

	if (!holder_usable(holder) ||
	    holder_drop(holder, span_of_buf(&batch->order)) == 0 ||
	    !holder_usable(holder) || *refused)
		return;
	*refused = true;
	log_line(LOG_NOTE, "peer '%s': %s", holder->peer->name,
	    fail_last()->text);
}

/* Sign what has been collected, and give it to every holder. */
static int
flush(struct batch *batch)
{
	struct drop *drop = batch->drop;
	struct order order = {
	    .time = (uint64_t)time(NULL),
	    .shelf = batch->shelf,
	    .ids = span_of_buf(&batch->ids),
	};
	int result = 0;

	batch->order.size = 0;
	if (batch->ids.size > 0 && !drop->dry) {
		result = order_encode(&order, drop->scalar, &batch->order);
		if (result == 0)
			result = holders_each(drop->holders, give_order, batch);
	}
	batch->ids.size = 0;
	return result;
}

static int
add_id(struct batch *batch, const struct digest *id)
{
	if (buf_append(&batch->ids, span_of_digest(id)) != 0)
		return -1;
	return batch->ids.size < BATCH ? 0 : flush(batch);
}

static int
drop_id(void *context, const struct digest *id)
{
	struct batch *batch = context;

	if (needed_has(batch->needed, id))
		return 0;
	batch->drop->dropped++;
	return add_id(batch, id);
}

static int
need_id(void *context, const struct digest *id)
{
	needed_add(context, id);
	return 0;
}

static int
need_one(const struct drop *drop, const struct digest *snapshot,
    struct needed *needed)
{
	needed_add(needed, snapshot);
	return named_ids(drop->holders, &drop->owner, snapshot, NAMED_BOTH,
	    need_id, needed);
}

/* What stays must be known whole, or something that it needs would go. */
static int
find_needed(struct drop *drop, struct needed *needed)
{
	const struct catalog *catalog = drop->catalog;
	uint64_t count = 0;
	size_t i;
	int result;

	if (hearsay_check(drop->holders, catalog, drop->gone) != 0)
		return -1;
	for (i = 0; i < catalog->count; i++)
		if (!drop->chosen[i])
			count += catalog->entry[i].stripes * USUAL_TOTAL;
	result = needed_init(needed, count);
	for (i = 0; result == 0 && i < catalog->count; i++)
		if (!drop->chosen[i])
			result = need_one(drop, &catalog->entry[i].id, needed);
	if (result != 0)
		fail_hint("what stays cannot be read whole, so nothing was "
			  "dropped; bring its peers back first, or drop it "
			  "too");
	return result;
}

/* A snapshot whose indexes are gone can still be forgotten itself. */
static int
drop_shards(struct batch *batch, const struct catalog_entry *entry)
{
	batch->shelf = STORE_SHARDS;
	if (named_ids(batch->drop->holders, &batch->drop->owner, &entry->id,
		NAMED_SHARDS, drop_id, batch) != 0)
		log_line(LOG_WARN,
		    "not all that snapshot %llu alone needs could be dropped: "
		    "%s",
		    (unsigned long long)entry->number, fail_last()->text);
	return flush(batch);
}

static int
drop_documents(struct batch *batch, const struct catalog_entry *entry)
{
	int result;

	batch->shelf = STORE_SHARDS;
	if (named_ids(batch->drop->holders, &batch->drop->owner, &entry->id,
		NAMED_INDEXES, drop_id, batch) != 0)
		log_line(LOG_DETAIL, "snapshot %llu: %s",
		    (unsigned long long)entry->number, fail_last()->text);
	result = flush(batch);
	batch->shelf = STORE_SNAPSHOTS;
	if (result == 0)
		result = drop_id(batch, &entry->id);
	return result == 0 ? flush(batch) : -1;
}

/* In turn, of all that go: two may have an index in common. */
static int
drop_chosen(struct batch *batch,
    int (*drop_one)(struct batch *batch, const struct catalog_entry *entry))
{
	const struct drop *drop = batch->drop;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < drop->catalog->count; i++)
		if (drop->chosen[i])
			result = drop_one(batch, &drop->catalog->entry[i]);
	return result;
}

static int
drop_unread(struct batch *batch)
{
	struct drop *drop = batch->drop;
	const struct catalog *catalog = drop->catalog;
	size_t i;
	int result = 0;

	batch->shelf = STORE_SNAPSHOTS;
	for (i = 0; result == 0 && i < catalog->unread_count; i++)
		if (drop->gone[i]) {
			drop->dropped++;
			result = add_id(batch, &catalog->unread[i].id);
		}
	return result == 0 ? flush(batch) : -1;
}

/* Who has promised nothing that stays has promised nothing. */
static int
weigh(void *context, const struct receipts_paper *paper)
{
	struct batch *batch = context;
	struct span ids = paper->receipt.ids;
	struct digest id;
	size_t i;

	for (i = 0; i < ids.size; i += sizeof id) {
		id = digest_from(ids.data + i);
		if (needed_has(batch->needed, &id))
			return 0;
	}
	return buf_append(&batch->papers, span_of_digest(&paper->id));
}

static int
drop_receipts(struct batch *batch)
{
	const struct drop *drop = batch->drop;
	struct receipts_reader reader = {.each = weigh, .context = batch};
	struct digest id;
	size_t i;
	int result = receipts_read(drop->holders, &drop->owner, &reader);

	batch->shelf = STORE_RECEIPTS;
	for (i = 0; result == 0 && i < batch->papers.size; i += sizeof id) {
		id = digest_from(batch->papers.data + i);
		result = add_id(batch, &id);
	}
	return result == 0 ? flush(batch) : -1;
}

/* Whether all that goes are documents that nobody can read. */
static bool
is_about_unread(const struct drop *drop)
{
	size_t i, gone = 0;

	for (i = 0; i < drop->catalog->count; i++)
		if (drop->chosen[i])
			return false;
	for (i = 0; i < drop->catalog->unread_count; i++)
		gone += drop->gone[i];
	return gone > 0;
}

/*
 * Before the first order: what stays rests without what goes, and no poll may
 * ask for what is half dropped.
 */
static int
prepare(const struct drop *drop)
{
	if (drop->dry)
		return 0;
	if (heirs_settle(drop) != 0)
		return -1;
	return forgotten_add(drop->holders, drop->catalog, drop->chosen,
	    drop->gone);
}

static int
drop_all(struct batch *batch)
{
	struct drop *drop = batch->drop;
	int result = find_needed(drop, batch->needed);

	if (result == 0)
		result = prepare(drop);
	if (result == 0)
		result = drop_chosen(batch, drop_shards);
	if (result == 0)
		result = drop_chosen(batch, drop_documents);
	if (result == 0)
		result = drop_unread(batch);
	if (result == 0 && !drop->dry)
		result = drop_receipts(batch);
	return result;
}

int
drop_snapshots(struct drop *drop)
{
	struct needed needed = {0};
	struct batch batch = {.drop = drop, .needed = &needed};
	int result = is_about_unread(drop) ? drop_unread(&batch)
					   : drop_all(&batch);

	buf_release(&batch.ids);
	buf_release(&batch.order);
	buf_release(&batch.papers);
	needed_release(&needed);
	return result;
}
