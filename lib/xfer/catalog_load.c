/* SPDX-License-Identifier: ISC */

/*
 * How a catalogue is gathered: all holders list side by side, and say what
 * they have whole; then each snapshot is read once, several at a time.
 */

#include <stdlib.h>
#include <string.h>

#include "base/each.h"
#include "base/log.h"
#include "format/limits.h"
#include "format/record.h"
#include "peer/roster.h"
#include "xfer/catalog.h"
#include "xfer/gather.h"

#define AT_ONCE 16 /* documents that are read side by side */

/* What one holder shows. */
struct shelf {
	struct buf ids;	  /* sorted */
	struct buf whole; /* for each of them: 1 when it is */
};

struct load {
	struct holders *holders;
	const struct digest *owner;
	struct shelf *shelf; /* of each holder */
	struct catalog *catalog;
};

/* One is not whole, or cannot be read: the holder says which, if asked. */
static void
note_damage(const struct load *load, struct holder *holder,
    const struct digest *id, bool ask)
{
	struct store_key key = {STORE_SNAPSHOTS, *load->owner, *id};
	struct buf document = {0};

	if (!ask ||
	    holder->calls->get(holder, &key, LIMIT_DOCUMENT, &document) >= 0)
		fail(FAIL_DATA, "a snapshot is not whole");
	if (holder_usable(holder))
		holder_damaged(holder);
	buf_release(&document);
}

/* The holder reads some of them, so that no rot goes unseen. */
static int
check_page(const struct load *load, struct holder *holder, struct shelf *shelf,
    const struct digest *id, size_t count)
{
	struct question question = {STORE_SNAPSHOTS, *load->owner, id, count, 0,
	    true, NULL};
	bool there[LIMIT_REQUEST_IDS], ask = true;
	size_t i;

	if (holder_have(holder, &question, there) != 0)
		return -1;
	for (i = 0; i < count; i++) {
		if (there[i])
			continue;
		note_damage(load, holder, id + i, ask);
		ask = false;
	}
	return buf_append(&shelf->whole, span_of(there, count * sizeof *there));
}

static int
read_shelf(const struct load *load, struct holder *holder, struct shelf *shelf)
{
	const struct digest *id;
	size_t i, part, count;

	if (holder_list(holder, STORE_SNAPSHOTS, load->owner, LIMIT_SNAPSHOTS,
		&shelf->ids) != 0)
		return -1;
	digest_sort(&shelf->ids);
	count = shelf->ids.size / sizeof *id;
	id = (const void *)shelf->ids.data;
	for (i = 0; i < count; i += part) {
		part = count - i < LIMIT_REQUEST_IDS ? count - i
						     : LIMIT_REQUEST_IDS;
		if (check_page(load, holder, shelf, id + i, part) != 0)
			return -1;
	}
	return 0;
}

static void
take_shelf(void *context, struct holder *holder)
{
	const struct load *load = context;
	struct shelf *shelf = &load->shelf[holder - load->holders->holder];

	if (!holder_usable(holder) || read_shelf(load, holder, shelf) == 0)
		return;
	holder_lose(holder);
	shelf->ids.size = 0;
}

static bool
has_whole(const struct shelf *shelf, const struct digest *id)
{
	int64_t found = digest_find(span_of_buf(&shelf->ids), id);

	return found >= 0 && shelf->whole.data[found];
}

/* An entry for each id that some holder has whole, not yet filled in. */
static int
make_entries(const struct load *load)
{
	struct catalog *catalog = load->catalog;
	size_t h, i, count;
	struct buf all = {0};
	int result = 0;

	for (h = 0; result == 0 && h < load->holders->count; h++)
		result = buf_append(&all, span_of_buf(&load->shelf[h].ids));
	digest_sort(&all);
	count = all.size / sizeof(struct digest);
	catalog->entry = calloc(count + 1, sizeof *catalog->entry);
	if (catalog->entry == NULL)
		result = fail_errno("cannot get memory");
	for (i = 0; result == 0 && i < count; i++)
		catalog->entry[catalog->count++].id = digest_from(
		    all.data + i * sizeof(struct digest));
	buf_release(&all);
	if (catalog->count > LIMIT_SNAPSHOTS)
		return fail(FAIL_DATA, "there are more than %d snapshots",
		    LIMIT_SNAPSHOTS);
	return result;
}

static int
decode(struct span document, const struct digest *owner,
    struct catalog_entry *entry)
{
	struct snapshot snapshot;
	struct end end;

	if (snapshot_decode(document, owner, &snapshot) != 0 ||
	    record_decode_end(snapshot.end, &end) != 0)
		return -1;
	entry->number = snapshot.number;
	entry->previous = snapshot.previous;
	entry->time = snapshot.time;
	entry->size = end.size;
	entry->stripes = end.stripes;
	return 0;
}

/* A document that is not the owner's is told and passed over. */
static void
read_entry(void *context, size_t number)
{
	const struct load *load = context;
	struct catalog_entry *entry = &load->catalog->entry[number];
	struct store_key key = {STORE_SNAPSHOTS, *load->owner, entry->id};
	bool without[ROSTER_PEERS];
	struct holder *witness = NULL;
	struct buf document = {0};
	size_t h;

	for (h = 0; h < load->holders->count; h++) {
		without[h] = !has_whole(&load->shelf[h], &entry->id);
		if (without[h])
			continue;
		entry->holders++;
		if (witness == NULL)
			witness = &load->holders->holder[h];
	}
	if (gather_document(load->holders, &key, without, &document) != 1) {
		entry->holders = 0;
	} else if (decode(span_of_buf(&document), load->owner, entry) != 0) {
		log_line(LOG_WARN, "a snapshot of peer '%s': %s",
		    witness->peer->name, fail_last()->text);
		entry->holders = 0;
	}
	buf_release(&document);
}

static int
compare(const void *a, const void *b)
{
	const struct catalog_entry *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return memcmp(&x->id, &y->id, sizeof x->id);
}

/* Those that could be read, in order. */
static void
keep_read(struct catalog *catalog)
{
	size_t i, kept = 0;

	for (i = 0; i < catalog->count; i++)
		if (catalog->entry[i].holders > 0)
			catalog->entry[kept++] = catalog->entry[i];
	catalog->count = kept;
	if (kept > 0)
		qsort(catalog->entry, kept, sizeof *catalog->entry, compare);
}

int
catalog_load(struct catalog *catalog, struct holders *holders,
    const struct digest *owner)
{
	struct load load = {holders, owner, NULL, catalog};
	size_t h;
	int result;

	*catalog = (struct catalog){0};
	load.shelf = calloc(holders->count, sizeof *load.shelf);
	if (load.shelf == NULL)
		return fail_errno("cannot get memory");
	result = holders_each(holders, take_shelf, &load);
	if (result == 0)
		result = make_entries(&load);
	if (result == 0)
		result = each_run(catalog->count, AT_ONCE, read_entry, &load);
	for (h = 0; h < holders->count; h++) {
		buf_release(&load.shelf[h].ids);
		buf_release(&load.shelf[h].whole);
	}
	free(load.shelf);
	if (result == 0)
		keep_read(catalog);
	else
		catalog_release(catalog);
	return result;
}
