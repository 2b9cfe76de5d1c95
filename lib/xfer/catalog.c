/* SPDX-License-Identifier: ISC */
#include "xfer/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/number.h"
#include "xfer/gather.h"
#include "xfer/newest.h"

#define ID_DIGITS_MIN (3 + 6) /* "id:" and what is not chance */
#define ID_SHOWN 12
#define SHOWN 5 /* by name: somebody may make up many */

void
catalog_release(struct catalog *catalog)
{
	free(catalog->entry);
	free(catalog->unread);
	*catalog = (struct catalog){0};
}

void
catalog_keep(struct catalog *catalog,
    bool (*is_kept)(void *context, const struct catalog_entry *entry),
    void *context)
{
	size_t i, kept = 0;

	for (i = 0; i < catalog->count; i++)
		if (is_kept(context, &catalog->entry[i]))
			catalog->entry[kept++] = catalog->entry[i];
	catalog->count = kept;
}

const struct catalog_entry *
catalog_newest(const struct catalog *catalog)
{
	return catalog->count ? &catalog->entry[catalog->count - 1] : NULL;
}

static bool
shows(const struct catalog *catalog, const struct digest *id)
{
	size_t i;

	for (i = 0; i < catalog->count; i++)
		if (digest_equal(&catalog->entry[i].id, id))
			return true;
	return false;
}

int
catalog_check_newest(const struct catalog *catalog, const char *path)
{
	const struct catalog_entry *last = catalog_newest(catalog);
	struct newest seen, shown = {0};

	if (last != NULL)
		shown = (struct newest){last->number, last->id};
	newest_load(path, &seen);
	if (shown.number < seen.number)
		return fail(FAIL_DATA,
		    "the newest snapshot that any usable peer shows is %llu, "
		    "but %llu was there before",
		    (unsigned long long)shown.number,
		    (unsigned long long)seen.number);
	if (shown.number > 0 && shown.number == seen.number &&
	    !shows(catalog, &seen.id))
		return fail(FAIL_DATA,
		    "the newest snapshot, %llu, is another than the one that "
		    "was there before",
		    (unsigned long long)seen.number);
	if (shown.number > seen.number && newest_save(path, &shown) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	return 0;
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
	else if (number_parse("snapshot", name, 1, LIMIT_NUMBER, &number) != 0)
		return NULL;
	return find_only(catalog, name, has_number, &number);
}

int64_t
catalog_find_unread(const struct catalog *catalog, const char *name)
{
	int64_t i, found = -1;
	char hex[DIGEST_HEX_SIZE];

	if (strncmp(name, "id:", 3) != 0 || strlen(name) < ID_DIGITS_MIN)
		return -1;
	for (i = 0; i < (int64_t)catalog->unread_count; i++) {
		digest_hex(&catalog->unread[i].id, hex);
		if (strncmp(hex, name + 3, strlen(name + 3)) != 0)
			continue;
		if (found >= 0)
			return fail(FAIL_DATA, "two snapshots are called '%s'",
			    name);
		found = i;
	}
	return found;
}

/* How many, from one on, have its number. */
static size_t
same_number(const struct catalog *catalog, size_t first)
{
	size_t i = first + 1;

	while (i < catalog->count &&
	    catalog->entry[i].number == catalog->entry[first].number)
		i++;
	return i - first;
}

static void
explain_same(uint64_t number, size_t count)
{
	if (count == 2)
		log_line(LOG_WARN,
		    "two snapshots have the number %llu: the same secret was "
		    "used on two machines at once",
		    (unsigned long long)number);
	else
		log_line(LOG_WARN,
		    "%zu snapshots have the number %llu: the same secret was "
		    "used on several machines",
		    count, (unsigned long long)number);
}

/* Two neighbours in the order of numbers, of different ones. */
static bool
follows(const struct catalog_entry *newer, const struct catalog_entry *older)
{
	unsigned long long from = older->number, to = newer->number;

	if (from + 1 == to)
		return digest_equal(&newer->previous, &older->id);
	log_line(LOG_DETAIL,
	    "between snapshot %llu and snapshot %llu there is none", from, to);
	return true;
}

static void
explain_chain(const struct catalog *catalog)
{
	const struct catalog_entry *entry = catalog->entry;
	size_t i, same, taken = 0, astray = 0;

	for (i = 0; i < catalog->count; i += same) {
		same = same_number(catalog, i);
		if (same > 1 && taken++ < SHOWN)
			explain_same(entry[i].number, same);
		if (i > 0 && !follows(&entry[i], &entry[i - 1]) &&
		    astray++ < SHOWN)
			log_line(LOG_WARN,
			    "snapshot %llu does not follow the %llu that is "
			    "here",
			    (unsigned long long)entry[i].number,
			    (unsigned long long)entry[i - 1].number);
	}
	if (taken > SHOWN)
		log_line(LOG_WARN,
		    "%zu other numbers are those of several snapshots, too",
		    taken - SHOWN);
	if (astray > SHOWN)
		log_line(LOG_WARN,
		    "%zu other snapshots do not follow those that are here",
		    astray - SHOWN);
}

void
catalog_explain_unread(const struct catalog *catalog)
{
	size_t i, count = catalog->unread_count;
	const struct catalog_entry *newest = catalog_newest(catalog);
	unsigned long long number;
	char hex[DIGEST_HEX_SIZE];

	for (i = 0; i < count && i < SHOWN; i++) {
		digest_hex(&catalog->unread[i].id, hex);
		number = catalog->unread[i].number;
		if (number > 0)
			log_line(LOG_WARN,
			    "no usable peer gives snapshot %llu whole, "
			    "id:%.*s",
			    number, ID_SHOWN, hex);
		else
			log_line(LOG_WARN,
			    "no usable peer gives the snapshot id:%.*s whole; "
			    "it may be newer than %llu",
			    ID_SHOWN, hex,
			    newest ? (unsigned long long)newest->number : 0);
	}
	if (count > SHOWN)
		log_line(LOG_WARN, "nor %zu others", count - SHOWN);
}

void
catalog_explain(const struct catalog *catalog, struct holders *holders)
{
	const struct catalog_entry *entry = catalog_newest(catalog);
	size_t usable = holders_usable(holders);

	explain_chain(catalog);
	catalog_explain_unread(catalog);
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
	int got = gather_document(holders, &key, NULL, document);

	if (got != 0)
		return got < 0 ? -1 : 0;
	return fail(FAIL_NO, "no usable peer gives the snapshot any more");
}
