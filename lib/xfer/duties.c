/* SPDX-License-Identifier: ISC */
#include "xfer/duties.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "doc/receipt.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/catalog.h"
#include "xfer/gather.h"
#include "xfer/listing.h"
#include "xfer/papers_list.h"

/* Going through papers and indexes. */
struct load {
	struct duties *duties;
	struct holders *holders;
	const struct digest *owner;
	struct holder *holder;
	struct buf papers;    /* ids of all receipts, of anyone */
	struct buf receipted; /* ids that the holder signed for, sorted */
	struct buf sizes;     /* of these shards, 0: in no index; uint32_t */
	struct buf claimed;   /* duties that it claims to have */
};

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

static bool
has_receipts(struct holder *holder)
{
	return holder_usable(holder) && holder->shelves > STORE_RECEIPTS;
}

/* Another's receipt, or one that is wrong, is passed over. */
static int
take_receipt(struct load *load, const struct digest *id)
{
	struct buf document = {0};
	struct receipt receipt;
	int result = 0;
	struct store_key key = {STORE_RECEIPTS, *load->owner, *id};
	bool without[ROSTER_PEERS];
	size_t i;

	for (i = 0; i < load->holders->count; i++)
		without[i] = !has_receipts(&load->holders->holder[i]);
	if (gather_document(load->holders, &key, without, &document) == 1 &&
	    receipt_decode(span_of_buf(&document), &load->holder->id,
		&receipt) == 0 &&
	    digest_equal(&receipt.owner, load->owner))
		result = buf_append(&load->receipted, receipt.ids);
	buf_release(&document);
	return result;
}

static int
load_receipts(struct load *load)
{
	struct digest id;
	size_t i, fewest;

	if (papers_list(load->holders, STORE_RECEIPTS, load->owner,
		&load->papers, &fewest) != 0)
		return -1;
	for (i = 0; i < load->papers.size; i += sizeof id) {
		id = digest_from(load->papers.data + i);
		if (take_receipt(load, &id) != 0)
			return -1;
	}
	digest_sort(&load->receipted);
	i = load->receipted.size / sizeof id * sizeof(uint32_t);
	if (buf_reserve(&load->sizes, i) != 0)
		return -1;
	if (i > 0)
		memset(load->sizes.data, 0, i);
	load->duties->unreceipted = i == 0;
	return 0;
}

/* Note how long those shards of a stripe are that it signed for. */
static int
take_signed(struct load *load, const struct stripe *stripe, uint32_t size)
{
	uint32_t *sizes = (uint32_t *)(void *)load->sizes.data;
	const struct digest *found;
	const struct digest *all =
	    (const struct digest *)(const void *)load->receipted.data;
	unsigned i;

	for (i = 0; i < stripe->total; i++) {
		found = bsearch(&stripe->id[i], all,
		    load->receipted.size / sizeof *all, sizeof *all,
		    compare_ids);
		if (found != NULL)
			sizes[found - all] = size;
	}
	return 0;
}

/* Ask it which of a stripe it has. */
static int
take_claimed(struct load *load, const struct stripe *stripe, uint32_t size)
{
	struct question question = {STORE_SHARDS, *load->owner, stripe->id,
	    stripe->total, size, false, NULL};
	bool there[LIMIT_TOTAL];
	struct duty duty = {.size = size};
	unsigned i;

	if (load->holder->calls == NULL)
		return 0; /* it is away */
	if (holder_have(load->holder, &question, there) != 0)
		return -1;
	for (i = 0; i < stripe->total; i++) {
		duty.id = stripe->id[i];
		if (there[i] &&
		    buf_append(&load->claimed, span_of(&duty, sizeof duty)) !=
			0)
			return -1;
	}
	return 0;
}

/* What is listed by a snapshot that cannot be read is told, not asked for. */
static int
take_snapshot(struct load *load, const struct catalog_entry *entry)
{
	struct listing listing;
	struct stripe stripe;
	uint32_t size;
	int got, result = 0;

	got = listing_open(&listing, load->holders, load->owner, &entry->id);
	while (got >= 0 && result == 0 &&
	    (got = listing_next(&listing, &stripe)) > 0) {
		size = stripe_shard_size(&listing.head, stripe.size);
		result = load->duties->unreceipted
		    ? take_claimed(load, &stripe, size)
		    : take_signed(load, &stripe, size);
	}
	if (got < 0)
		log_line(LOG_WARN, "snapshot %llu cannot be read: %s",
		    (unsigned long long)entry->number, fail_last()->text);
	listing_close(&listing);
	return result;
}

/* What was signed for and is in an index, besides what was claimed. */
static int
make_duties(struct load *load)
{
	const uint32_t *sizes = (const uint32_t *)(void *)load->sizes.data;
	size_t i, count = load->receipted.size / sizeof(struct digest);
	struct duty duty;

	for (i = 0; i < count; i++) {
		duty.id = digest_from(load->receipted.data + i * 32);
		duty.size = sizes[i];
		if (duty.size > 0 &&
		    buf_append(&load->claimed, span_of(&duty, sizeof duty)) !=
			0)
			return -1;
	}
	load->duties->duty = (struct duty *)(void *)load->claimed.data;
	load->duties->count =
	    duty_sort(load->duties->duty, load->claimed.size / sizeof duty);
	load->claimed = (struct buf){0};
	return 0;
}

int
duties_load(struct duties *duties, struct holders *holders,
    const struct digest *owner, struct holder *holder)
{
	struct load load = {.duties = duties,
	    .holders = holders,
	    .owner = owner,
	    .holder = holder};
	struct catalog catalog = {0};
	size_t i;
	int result;

	*duties = (struct duties){0};
	result = load_receipts(&load);
	if (result == 0)
		result = catalog_load(&catalog, holders, owner);
	for (i = 0; result == 0 && i < catalog.count; i++)
		result = take_snapshot(&load, &catalog.entry[i]);
	if (result == 0)
		result = make_duties(&load);
	catalog_release(&catalog);
	buf_release(&load.papers);
	buf_release(&load.receipted);
	buf_release(&load.sizes);
	buf_release(&load.claimed);
	return result;
}

void
duties_release(struct duties *duties)
{
	free(duties->duty);
	*duties = (struct duties){0};
}
