/* SPDX-License-Identifier: ISC */
#include "store/place.h"

#include <stdio.h>
#include <string.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/strict.h"

static const char *const shelf_name[] = {"shards", "snapshots", "members",
    "receipts"};

void
place_below(const char *store, const struct digest *owner, const char *name,
    char path[static PATH_MAX])
{
	char folder[BASE32_TEXT];

	base32_encode(BASE32_ID, owner->byte, folder);
	snprintf(path, PATH_MAX, "%s/%s/%s", store, folder, name);
}

static void
shelf_of(const char *store, enum store_shelf shelf, const struct digest *owner,
    char path[static PATH_MAX])
{
	place_below(store, owner, shelf_name[shelf], path);
}

void
place_of(const char *store, const struct store_key *key,
    char path[static PATH_MAX])
{
	char id[DIGEST_HEX_SIZE];
	size_t length;

	digest_hex(&key->id, id);
	shelf_of(store, key->shelf, &key->owner, path);
	length = strlen(path);
	snprintf(path + length, PATH_MAX - length, "/%.2s/%s", id, id);
}

/* Call it for the folder that ends at `slash`. */
static int
call_at(char *path, char *slash, int (*call)(const char *path))
{
	int result;

	*slash = '\0';
	result = call(path);
	*slash = '/';
	return result;
}

/* Nearly always the innermost folder is there already. */
static int
make_folders(const char *store, char *path)
{
	char *last = strrchr(path, '/'), *slash = path + strlen(store);
	int result = call_at(path, last, strict_is_folder);

	if (result != STRICT_ABSENT)
		return result < 0 ? -1 : 0;
	for (result = 0; result == 0 && slash != last;) {
		slash = strchr(slash + 1, '/');
		result = call_at(path, slash, strict_make_folder);
	}
	if (result == 0) /* what is there already may be something else */
		result = call_at(path, last, strict_is_folder);
	return strict_must(result, store) < 0 ? -1 : 0;
}

int
place_make(const char *store, const struct store_key *key,
    char path[static PATH_MAX])
{
	place_of(store, key, path);
	return make_folders(store, path);
}

/* One of the 256 folders of a shelf. */
static int
list_folder(const char *path,
    int (*each)(void *context, const struct digest *id), void *context)
{
	bool absent;
	DIR *folder = strict_list(path, &absent);
	const char *name;
	struct digest id;
	int result = 0;

	if (folder == NULL)
		return absent ? 0 : -1;
	while ((name = file_next(folder, path, &result)) != NULL)
		if (digest_parse(name, &id) == 0)
			result = each(context, &id);
	closedir(folder);
	return result;
}

int
place_list(const char *store, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	char path[PATH_MAX];
	size_t length;
	unsigned first;
	int result = 0;

	shelf_of(store, shelf, owner, path);
	length = strlen(path);
	for (first = 0; result == 0 && first < 256; first++) {
		snprintf(path + length, PATH_MAX - length, "/%02x", first);
		result = list_folder(path, each, context);
	}
	return result;
}

int
place_each_owner(const char *store,
    int (*each)(void *context, const struct digest *owner), void *context)
{
	bool absent;
	DIR *folder = strict_list(store, &absent);
	const char *name;
	struct digest owner;
	int result = 0;

	if (folder == NULL)
		return absent ? fail(FAIL_SYSTEM, "'%s' is gone", store) : -1;
	while ((name = file_next(folder, store, &result)) != NULL)
		if (base32_decode(BASE32_ID, name, owner.byte) == 0)
			result = each(context, &owner);
	closedir(folder);
	return result;
}

int
place_parse(const char *name, struct store_key *key)
{
	char owner[BASE32_TEXT], path[PATH_MAX];
	const char *id = strrchr(name, '/');
	int shelf;

	snprintf(owner, sizeof owner, "%.*s", (int)strcspn(name, "/"), name);
	if (id == NULL || digest_parse(id + 1, &key->id) != 0 ||
	    base32_decode(BASE32_ID, owner, key->owner.byte) != 0)
		return -1;
	for (shelf = 0; shelf < STORE_SHELVES; shelf++) {
		key->shelf = (enum store_shelf)shelf;
		place_of("", key, path);
		if (strcmp(path + 1, name) == 0)
			return 0;
	}
	return -1;
}
