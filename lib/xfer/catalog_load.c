/* SPDX-License-Identifier: ISC */

/* How a catalogue is gathered. */

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "format/limits.h"
#include "format/record.h"
#include "peer/roster.h"
#include "xfer/catalog.h"

/* One holder's shelf being read. */
struct load {
	struct catalog *catalog;
	struct holder *holder;
	const struct digest *owner;
	struct buf ids;	  /* that it lists */
	struct buf known; /* of them, that another holder gave already */
};

static struct catalog_entry *
find_id(const struct catalog *catalog, const struct digest *id)
{
	size_t i;

	for (i = 0; i < catalog->count; i++)
		if (digest_equal(&catalog->entry[i].id, id))
			return &catalog->entry[i];
	return NULL;
}

static int
add(struct catalog *catalog, const struct catalog_entry *entry)
{
	struct catalog_entry *grown;

	if (catalog->count == LIMIT_SNAPSHOTS)
		return fail(FAIL_DATA, "there are more than %d snapshots",
		    LIMIT_SNAPSHOTS);
	grown = realloc(catalog->entry, (catalog->count + 1) * sizeof *grown);
	if (grown == NULL)
		return fail_errno("cannot get memory");
	grown[catalog->count++] = *entry;
	catalog->entry = grown;
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
	entry->holders = 1;
	return 0;
}

/* A document that is not the owner's is told and passed over. */
static int
load_new(struct load *load, const struct digest *id)
{
	struct catalog_entry entry = {.id = *id};
	struct store_key key = {STORE_SNAPSHOTS, *load->owner, *id};
	struct buf document = {0};
	int result = 0;

	if (holder_get(load->holder, &key, LIMIT_DOCUMENT, &document) == 1) {
		if (decode(span_of_buf(&document), load->owner, &entry) == 0)
			result = add(load->catalog, &entry);
		else
			log_line(LOG_WARN, "a snapshot of peer '%s': %s",
			    load->holder->peer->name, fail_last()->text);
	}
	buf_release(&document);
	return result;
}

/* The holder reads what others gave already, so that no rot goes unseen. */
static int
count_known(struct load *load, const struct digest *ids, size_t count)
{
	struct question question = {STORE_SNAPSHOTS, *load->owner, ids, count,
	    0, true, NULL};
	bool there[LIMIT_REQUEST_IDS];
	size_t i;

	if (holder_have(load->holder, &question, there) != 0)
		return -1;
	for (i = 0; i < count; i++) {
		if (there[i]) {
			find_id(load->catalog, &ids[i])->holders++;
			continue;
		}
		fail(FAIL_DATA, "a snapshot is not whole");
		holder_damaged(load->holder);
	}
	return 0;
}

static int
collect(void *context, const struct digest *id)
{
	struct load *load = context;

	return buf_append(&load->ids, span_of_digest(id));
}

static int
load_listed(struct load *load)
{
	const struct digest *id = (const void *)load->ids.data;
	size_t i, part, count = load->ids.size / sizeof *id;

	for (i = 0; i < count; i++) {
		if (find_id(load->catalog, &id[i]) != NULL) {
			if (buf_append(&load->known, span_of_digest(&id[i])) !=
			    0)
				return -1;
		} else if (load_new(load, &id[i]) != 0) {
			return -1;
		}
	}
	id = (const void *)load->known.data;
	count = load->known.size / sizeof *id;
	for (i = 0; i < count; i += part) {
		part = count - i < LIMIT_REQUEST_IDS ? count - i
						     : LIMIT_REQUEST_IDS;
		if (count_known(load, id + i, part) != 0)
			return 0; /* the holder is lost, not we */
	}
	return 0;
}

static int
load_holder(struct load *load)
{
	int result = 0;

	load->ids.size = load->known.size = 0;
	if (load->holder->calls->list(load->holder, STORE_SNAPSHOTS,
		load->owner, collect, load) != 0)
		holder_lose(load->holder);
	else
		result = load_listed(load);
	return result;
}

static int
compare(const void *a, const void *b)
{
	const struct catalog_entry *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return memcmp(&x->id, &y->id, sizeof x->id);
}

int
catalog_load(struct catalog *catalog, struct holders *holders,
    const struct digest *owner)
{
	struct load load = {.catalog = catalog, .owner = owner};
	size_t i;
	int result = 0;

	*catalog = (struct catalog){0};
	for (i = 0; result == 0 && i < holders->count; i++) {
		load.holder = &holders->holder[i];
		if (holder_usable(load.holder))
			result = load_holder(&load);
	}
	buf_release(&load.ids);
	buf_release(&load.known);
	if (catalog->count > 0)
		qsort(catalog->entry, catalog->count, sizeof *catalog->entry,
		    compare);
	if (result != 0)
		catalog_release(catalog);
	return result;
}
