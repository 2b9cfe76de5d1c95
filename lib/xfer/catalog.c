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

void
catalog_release(struct catalog *catalog)
{
	free(catalog->entry);
	free(catalog->unread);
	buf_release(&catalog->dropped);
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
catalog_newest(const struct catalog *catalog, const bool *without)
{
	size_t i = catalog->count;

	while (i-- > 0)
		if (!catalog->entry[i].dropped &&
		    (without == NULL || !without[i]))
			return &catalog->entry[i];
	return NULL;
}

const struct catalog_entry *
catalog_last(const struct catalog *catalog)
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
	const struct catalog_entry *newest = catalog_newest(catalog, NULL);
	struct newest seen, shown = {0};

	if (newest != NULL)
		shown = (struct newest){newest->number, newest->id};
	newest_load(path, &seen);
	if (digest_find(span_of_buf(&catalog->dropped), &seen.id) >= 0)
		seen = (struct newest){0};
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
has_number_still(const struct catalog_entry *entry, const void *number)
{
	return !entry->dropped && has_number(entry, number);
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

/* Of its number there may be another, that was dropped. */
static const struct catalog_entry *
find_latest(const struct catalog *catalog, const char *name)
{
	const struct catalog_entry *newest = catalog_newest(catalog, NULL);

	if (newest != NULL)
		return find_only(catalog, name, has_number_still,
		    &newest->number);
	if (catalog->count == 0) {
		fail(FAIL_NO, "no usable peer has snapshot %s", name);
		return NULL;
	}
	fail(FAIL_NO,
	    "no snapshot is %s: all that peers still show were dropped", name);
	fail_hint("ask for one by its number, or remove the file 'dropped' of "
		  "the configuration to have them count again");
	return NULL;
}

const struct catalog_entry *
catalog_find(const struct catalog *catalog, const char *name)
{
	uint64_t number;

	if (strncmp(name, "id:", 3) == 0 && strlen(name) >= ID_DIGITS_MIN)
		return find_only(catalog, name, has_id, name + 3);
	if (strcmp(name, "latest") == 0)
		return find_latest(catalog, name);
	if (number_parse("snapshot", name, 1, LIMIT_NUMBER, &number) == 0)
		return find_only(catalog, name, has_number, &number);
	fail(FAIL_USAGE, "'%s' names no snapshot", name);
	fail_hint("say its number, or id: and at least six digits of its id, "
		  "from shard-fetch -l; or latest");
	return NULL;
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
