/* SPDX-License-Identifier: ISC */
#include "xfer/heirs.h"

#include "base/log.h"
#include "format/limits.h"
#include "xfer/errand.h"
#include "xfer/fetch.h"
#include "xfer/papers.h"
#include "xfer/promises.h"
#include "xfer/receipts.h"

/* One that stays: its indexes, by their numbers, and itself. */
struct heir {
	struct holders *holders;
	const struct catalog_entry *entry;
	struct listing listing;
	bool giving;   /* what somebody lacks, not only counting */
	bool lacking;  /* somebody lacks something */
	size_t fewest; /* holders that have the same of its documents */
};

/* Some of its documents, and how many holders have each. */
struct page {
	const struct question *question;
	size_t answers, have[LIMIT_REQUEST_IDS];
};

static void
count(void *context, const struct errand *errand, const bool *there)
{
	struct page *page = context;
	size_t i;

	(void)errand;
	page->answers++;
	for (i = 0; i < page->question->count; i++)
		page->have[i] += there[i];
}

/* A document on its way to those that lack it. */
struct gift {
	struct store_key key;
	struct span bytes;
};

static void
put(void *context, struct holder *holder)
{
	const struct gift *gift = context;
	struct question question = {gift->key.shelf, gift->key.owner,
	    &gift->key.id, 1, gift->bytes.size, false, NULL};
	bool there = false;

	if (holder_takes(holder) &&
	    holder_have(holder, &question, &there) == 0 && !there)
		holder_put(holder, &gift->key, gift->bytes);
}

static int
give(struct heir *heir, const struct question *question, size_t i,
    size_t number)
{
	struct gift gift = {{question->shelf, question->owner, question->id[i]},
	    span_of_buf(&heir->listing.document)};
	struct buf index = {0};
	int result = 0;

	if (question->shelf == STORE_SHARDS) {
		result = listing_index(&heir->listing, number, &index);
		gift.bytes = span_of_buf(&index);
	}
	if (result == 0)
		result = holders_each(heir->holders, put, &gift);
	buf_release(&index);
	return result;
}

/* `first`: the number of the first of these, if they are indexes. */
static int
look_at(struct heir *heir, const struct question *question, size_t first)
{
	struct page page = {.question = question};
	int result = holders_have(heir->holders, question, count, &page);
	size_t i;

	for (i = 0; result == 0 && i < question->count; i++) {
		if (page.have[i] < heir->fewest)
			heir->fewest = page.have[i];
		if (page.have[i] == page.answers)
			continue;
		heir->lacking = true;
		if (heir->giving)
			result = give(heir, question, i, first + i);
	}
	return result;
}

/* Its indexes, a page of them at a time, then itself. */
static int
look(struct heir *heir, bool giving)
{
	struct span indexes = heir->listing.snapshot.indexes;
	struct question question = {.shelf = STORE_SHARDS,
	    .owner = heir->listing.owner};
	size_t i, total = indexes.size / sizeof(struct digest);
	int result = 0;

	heir->giving = giving;
	heir->lacking = false;
	heir->fewest = SIZE_MAX;
	for (i = 0; result == 0 && i < total; i += question.count) {
		question.id = (const struct digest *)indexes.data + i;
		question.count = total - i < LIMIT_REQUEST_IDS
		    ? total - i
		    : LIMIT_REQUEST_IDS;
		result = look_at(heir, &question, i);
	}
	question.shelf = STORE_SNAPSHOTS;
	question.id = &heir->entry->id;
	question.count = 1;
	return result == 0 ? look_at(heir, &question, 0) : -1;
}

/* Some holders did not take it: whether it is as safe as its shards. */
static int
judge(struct heir *heir)
{
	unsigned long long number = heir->entry->number;
	unsigned alive;

	if (fetch_alive(&heir->listing, &alive) != 0)
		return -1;
	if (heir->fewest + heir->listing.head.need > alive) {
		log_line(LOG_WARN,
		    "not every usable peer takes snapshot %llu, which stays: "
		    "%zu have all of its documents",
		    number, heir->fewest);
		return 0;
	}
	fail(FAIL_NO,
	    "snapshot %llu stays, and would rest on fewer peers than its "
	    "shards: only %zu have all of its documents",
	    number, heir->fewest);
	return fail_hint("nothing was dropped; make room at the peers that "
			 "take nothing more, or leave their lines out of the "
			 "roster for this run");
}

/* Twice: whether what was put rests there is for the holder to say. */
static int
settle(struct heir *heir, bool *given)
{
	if (look(heir, true) != 0)
		return -1;
	if (!heir->lacking)
		return 0;
	if (papers_commit(heir->holders) != 0 || look(heir, false) != 0)
		return -1;
	*given = true;
	if (heir->lacking)
		return judge(heir);
	log_line(LOG_NOTE, "snapshot %llu stays: given to peers that lacked it",
	    (unsigned long long)heir->entry->number);
	return 0;
}

static int
settle_entry(const struct drop *drop, size_t i, bool *given)
{
	struct heir heir = {.holders = drop->holders,
	    .entry = &drop->catalog->entry[i]};
	int result = listing_open(&heir.listing, heir.holders, &drop->owner,
	    &heir.entry->id);

	if (result == 0)
		result = settle(&heir, given);
	listing_close(&heir.listing);
	return result;
}

/* What a holder has signed for is known to all: see xfer/receipts.h. */
static int
publish(const struct drop *drop)
{
	return promises_open(drop->holders, &drop->owner) != NULL
	    ? receipts_publish(drop->holders)
	    : -1;
}

int
heirs_settle(const struct drop *drop)
{
	const struct catalog *catalog = drop->catalog;
	bool given = false;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < catalog->count; i++)
		if (!drop->chosen[i] && !catalog->entry[i].dropped)
			result = settle_entry(drop, i, &given);
	if (given && publish(drop) != 0)
		return -1;
	return result;
}
