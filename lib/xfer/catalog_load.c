/* SPDX-License-Identifier: ISC */

/*
 * How a catalogue is gathered: all holders list side by side, and say what
 * they have whole; then each snapshot is read once, several at a time.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/each.h"
#include "base/log.h"
#include "base/memory.h"
#include "format/limits.h"
#include "format/record.h"
#include "peer/roster.h"
#include "xfer/catalog.h"
#include "xfer/forgotten.h"
#include "xfer/gather.h"
#include "xfer/shelf.h"

#define AT_ONCE 16 /* documents that are read side by side */

struct load {
	struct holders *holders;
	const struct digest *owner;
	struct shelf *shelf;  /* of each holder */
	struct buf ids;	      /* all of theirs, sorted */
	pthread_mutex_t lock; /* of what follows */
	struct buf entries;   /* of struct catalog_entry */
	struct buf unread;    /* ids */
};

static void
take_shelf(void *context, struct holder *holder)
{
	const struct load *load = context;
	struct shelf *shelf = &load->shelf[holder - load->holders->holder];

	if (!holder_usable(holder) ||
	    shelf_read(shelf, holder, load->owner) == 0)
		return;
	holder_lose(holder);
	shelf->ids.size = 0;
}

/* What holder `h` says of it. Who is lost says nothing. */
static enum store_state
state_at(const struct load *load, size_t h, const struct digest *id)
{
	return holder_usable(&load->holders->holder[h])
	    ? shelf_state(&load->shelf[h], id)
	    : STORE_ABSENT;
}

static int
merge(struct load *load)
{
	size_t h;

	for (h = 0; h < load->holders->count; h++)
		if (buf_append(&load->ids, span_of_buf(&load->shelf[h].ids)) !=
		    0)
			return -1;
	digest_sort(&load->ids);
	return 0;
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

/* There is room. */
static void
append(struct load *load, struct buf *to, struct span what)
{
	pthread_mutex_lock(&load->lock);
	buf_append(to, what);
	pthread_mutex_unlock(&load->lock);
}

/*
 * Nobody gave it whom we believed. Who makes up one after the other is lost
 * before all of them have been asked for.
 */
static void
blame(struct load *load, const bool *without)
{
	size_t h, broken;

	for (h = 0; h < load->holders->count; h++) {
		if (without[h])
			continue;
		pthread_mutex_lock(&load->lock);
		broken = ++load->shelf[h].broken;
		pthread_mutex_unlock(&load->lock);
		if (broken <= LIMIT_BROKEN_PROMISES)
			continue;
		fail(FAIL_DATA,
		    "it shows snapshots as whole that it does not give");
		holder_lose(&load->holders->holder[h]);
	}
}

/* A document that is not the owner's is told and passed over. */
static bool
read_from(struct load *load, struct catalog_entry *entry, const bool *without,
    const struct holder *witness)
{
	struct store_key key = {STORE_SNAPSHOTS, *load->owner, entry->id};
	struct buf document = {0};
	int got = gather_document(load->holders, &key, without, &document);

	if (got == 1 &&
	    decode(span_of_buf(&document), load->owner, entry) != 0) {
		log_line(LOG_WARN, "a snapshot of peer '%s': %s",
		    witness->peer->name, fail_last()->text);
		got = 0;
	}
	buf_release(&document);
	return got == 1;
}

static void
read_entry(void *context, size_t number)
{
	struct load *load = context;
	struct catalog_entry entry = {0};
	bool without[ROSTER_PEERS];
	struct holder *witness = NULL;
	enum store_state state;
	size_t h;

	entry.id = digest_from(load->ids.data + number * sizeof entry.id);
	for (h = 0; h < load->holders->count; h++) {
		state = state_at(load, h, &entry.id);
		without[h] = state != STORE_WHOLE;
		entry.shown += state != STORE_ABSENT;
		entry.holders += !without[h];
		if (witness == NULL && !without[h])
			witness = &load->holders->holder[h];
	}
	if (witness != NULL && read_from(load, &entry, without, witness)) {
		append(load, &load->entries, span_of(&entry, sizeof entry));
		return;
	}
	blame(load, without);
	append(load, &load->unread, span_of_digest(&entry.id));
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
keep_read(struct load *load, struct catalog *catalog)
{
	catalog->entry = (void *)load->entries.data;
	catalog->count = load->entries.size / sizeof *catalog->entry;
	load->entries = (struct buf){0};
	if (catalog->count > 0)
		qsort(catalog->entry, catalog->count, sizeof *catalog->entry,
		    compare);
}

/* The one behind it in the chain, as far as that is here; 0: not known. */
static uint64_t
number_before(const struct catalog *catalog, const struct digest *id)
{
	size_t i;

	for (i = 0; i < catalog->count; i++)
		if (digest_equal(&catalog->entry[i].previous, id))
			return catalog->entry[i].number - 1;
	return 0;
}

/* Those that could not, of which somebody still says that they are there. */
static int
keep_unread(struct load *load, struct catalog *catalog)
{
	struct catalog_unread one;
	size_t h, i;

	digest_sort(&load->unread);
	catalog->unread =
	    memory_get(load->unread.size / sizeof one.id + 1, sizeof one);
	if (catalog->unread == NULL)
		return -1;
	for (i = 0; i < load->unread.size; i += sizeof one.id) {
		one = (struct catalog_unread){
		    .id = digest_from(load->unread.data + i)};
		for (h = load->holders->count; h-- > 0;)
			if (state_at(load, h, &one.id) != STORE_ABSENT) {
				one.witness = &load->holders->holder[h];
				one.witnesses++;
			}
		one.number = number_before(catalog, &one.id);
		if (one.witnesses > 0)
			catalog->unread[catalog->unread_count++] = one;
	}
	return 0;
}

static int
load_all(struct load *load, struct catalog *catalog)
{
	size_t count;

	if (holders_each(load->holders, take_shelf, load) != 0 ||
	    merge(load) != 0)
		return -1;
	count = load->ids.size / sizeof(struct digest);
	if (buf_reserve(&load->entries, count * sizeof *catalog->entry) != 0 ||
	    buf_reserve(&load->unread, load->ids.size) != 0 ||
	    each_run(count, AT_ONCE, read_entry, load) != 0)
		return -1;
	keep_read(load, catalog);
	return keep_unread(load, catalog);
}

int
catalog_load(struct catalog *catalog, struct holders *holders,
    const struct digest *owner)
{
	struct load load = {.holders = holders, .owner = owner};
	size_t h;
	int result;

	*catalog = (struct catalog){0};
	load.shelf = memory_get(holders->count, sizeof *load.shelf);
	if (load.shelf == NULL)
		return -1;
	pthread_mutex_init(&load.lock, NULL);
	result = load_all(&load, catalog);
	for (h = 0; h < holders->count; h++)
		shelf_release(&load.shelf[h]);
	free(load.shelf);
	buf_release(&load.ids);
	buf_release(&load.entries);
	buf_release(&load.unread);
	pthread_mutex_destroy(&load.lock);
	if (result == 0)
		forgotten_mark(holders->forgotten, catalog);
	else
		catalog_release(catalog);
	return result;
}
