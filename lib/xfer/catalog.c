/* SPDX-License-Identifier: ISC */
#include "xfer/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "format/limits.h"
#include "format/record.h"
#include "peer/roster.h"

#define ID_DIGITS_MIN (3 + 6) /* "id:" and what is not chance */

/* One holder's shelf being read. */
struct load {
	struct catalog *catalog;
	struct holder *holder;
	const struct digest *owner;
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
load_one(void *context, const struct digest *id)
{
	struct load *load = context;
	struct catalog_entry entry = {.id = *id}, *known;
	struct store_key key = {STORE_SNAPSHOTS, *load->owner, *id};
	struct buf document = {0};
	int result = 0;

	known = find_id(load->catalog, id);
	if (known != NULL) {
		known->holders += holder_has(load->holder, &key);
		return 0;
	}
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

	*catalog = (struct catalog){0};
	for (i = 0; i < holders->count; i++) {
		load.holder = &holders->holder[i];
		if (!holder_usable(load.holder))
			continue;
		if (load.holder->calls->list(load.holder, STORE_SNAPSHOTS,
			owner, load_one, &load) != 0)
			holder_lose(load.holder);
	}
	if (catalog->count > 0)
		qsort(catalog->entry, catalog->count, sizeof *catalog->entry,
		    compare);
	return 0;
}

void
catalog_release(struct catalog *catalog)
{
	free(catalog->entry);
	*catalog = (struct catalog){0};
}

const struct catalog_entry *
catalog_newest(const struct catalog *catalog)
{
	return catalog->count ? &catalog->entry[catalog->count - 1] : NULL;
}

static bool
has_number(const struct catalog_entry *entry, const void *number)
{
	return entry->number == *(const uint64_t *)number;
}

static bool
has_id(const struct catalog_entry *entry, const void *digits)
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(&entry->id, hex);
	return strncmp(hex, digits, strlen(digits)) == 0;
}

/* The only entry that fits. `name` is what it is called in messages. */
static const struct catalog_entry *
find_only(const struct catalog *catalog, const char *name,
    bool (*fits)(const struct catalog_entry *, const void *), const void *what)
{
	const struct catalog_entry *found = NULL;
	size_t i;

	for (i = 0; i < catalog->count; i++) {
		if (!fits(&catalog->entry[i], what))
			continue;
		if (found != NULL) {
			fail(FAIL_DATA, "two snapshots are called '%s'", name);
			fail_hint("choose one by its id, id:..., from "
				  "shard-fetch -l");
			return NULL;
		}
		found = &catalog->entry[i];
	}
	if (found == NULL)
		fail(FAIL_NO, "no usable peer has snapshot %s", name);
	return found;
}

const struct catalog_entry *
catalog_find(const struct catalog *catalog, const char *name)
{
	const struct catalog_entry *newest = catalog_newest(catalog);
	uint64_t number;

	if (strncmp(name, "id:", 3) == 0 && strlen(name) >= ID_DIGITS_MIN)
		return find_only(catalog, name, has_id, name + 3);
	if (strcmp(name, "latest") == 0)
		number = newest ? newest->number : 0;
	else if (number_parse("snapshot", name, 1, UINT64_MAX - 1, &number) !=
	    0)
		return NULL;
	return find_only(catalog, name, has_number, &number);
}

void
catalog_explain(const struct catalog *catalog, struct holders *holders)
{
	const struct catalog_entry *entry = catalog->entry;
	size_t i, usable = holders_usable(holders);

	for (i = 1; i < catalog->count; i++) {
		if (entry[i].number == entry[i - 1].number)
			log_line(LOG_WARN,
			    "two snapshots have the number %llu: the same "
			    "secret was used on two machines at once",
			    (unsigned long long)entry[i].number);
		else if (entry[i].number == entry[i - 1].number + 1 &&
		    !digest_equal(&entry[i].previous, &entry[i - 1].id))
			log_line(LOG_WARN,
			    "snapshot %llu does not follow the %llu that is "
			    "here",
			    (unsigned long long)entry[i].number,
			    (unsigned long long)entry[i - 1].number);
	}
	entry = catalog_newest(catalog);
	if (entry != NULL && entry->holders < usable)
		log_line(LOG_WARN,
		    "%zu of %zu usable peers do not have the newest snapshot, "
		    "%llu",
		    usable - entry->holders, usable,
		    (unsigned long long)entry->number);
}

int
catalog_get(struct holders *holders, const struct digest *owner,
    const struct digest *id, struct buf *document)
{
	struct store_key key = {STORE_SNAPSHOTS, *owner, *id};
	size_t i;

	for (i = 0; i < holders->count; i++)
		if (holder_usable(&holders->holder[i]) &&
		    holder_get(&holders->holder[i], &key, LIMIT_DOCUMENT,
			document) == 1)
			return 0;
	return fail(FAIL_NO, "no usable peer gives the snapshot any more");
}
