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
#define UNREAD_SHOWN 5 /* by name: somebody may make up many */

void
catalog_release(struct catalog *catalog)
{
	free(catalog->entry);
	free(catalog->unread);
	*catalog = (struct catalog){0};
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

/* Two neighbours in the order of numbers. */
static void
explain_pair(const struct catalog_entry *older,
    const struct catalog_entry *newer)
{
	unsigned long long from = older->number, to = newer->number;

	if (from == to)
		log_line(LOG_WARN,
		    "two snapshots have the number %llu: the same secret was "
		    "used on two machines at once",
		    to);
	else if (from + 1 < to)
		log_line(LOG_DETAIL,
		    "between snapshot %llu and snapshot %llu there is none",
		    from, to);
	else if (!digest_equal(&newer->previous, &older->id))
		log_line(LOG_WARN,
		    "snapshot %llu does not follow the %llu that is here", to,
		    from);
}

void
catalog_explain_unread(const struct catalog *catalog)
{
	size_t i, count = catalog->unread_count;
	const struct catalog_entry *newest = catalog_newest(catalog);
	unsigned long long number;
	char hex[DIGEST_HEX_SIZE];

	for (i = 0; i < count && i < UNREAD_SHOWN; i++) {
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
	if (count > UNREAD_SHOWN)
		log_line(LOG_WARN, "nor %zu others", count - UNREAD_SHOWN);
}

void
catalog_explain(const struct catalog *catalog, struct holders *holders)
{
	const struct catalog_entry *entry = catalog->entry;
	size_t i, usable = holders_usable(holders);

	for (i = 1; i < catalog->count; i++)
		explain_pair(&entry[i - 1], &entry[i]);
	catalog_explain_unread(catalog);
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
	int got = gather_document(holders, &key, NULL, document);

	if (got != 0)
		return got < 0 ? -1 : 0;
	return fail(FAIL_NO, "no usable peer gives the snapshot any more");
}
