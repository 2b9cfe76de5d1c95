/* SPDX-License-Identifier: ISC */
#include "store/place.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"

static const char *const shelf_name[] = {"shards", "snapshots"};

static void
shelf_of(const char *store, enum store_shelf shelf, const struct digest *owner,
    char path[static STORE_PATH])
{
	char name[BASE32_TEXT];

	base32_encode(BASE32_ID, owner->byte, name);
	snprintf(path, STORE_PATH, "%s/%s/%s", store, name, shelf_name[shelf]);
}

void
place_of(const char *store, const struct store_key *key,
    char path[static STORE_PATH])
{
	char id[DIGEST_HEX_SIZE];
	size_t length;

	digest_hex(&key->id, id);
	shelf_of(store, key->shelf, &key->owner, path);
	length = strlen(path);
	snprintf(path + length, STORE_PATH - length, "/%.2s/%s", id, id);
}

/*
 * Make the folders of `path` below the store's, each named in a folder that
 * has been synced. Nearly always the innermost one is there already.
 */
static int
make_folders(const char *store, char *path)
{
	char *slash = path + strlen(store);
	char *last = strrchr(path, '/');
	int result = 0;

	*last = '\0';
	if (mkdir(path, 0700) == 0 || errno != ENOENT) {
		*last = '/';
		return 0;
	}
	*last = '/';
	while (result == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		result = file_make_folder(path, 0700);
		*slash = '/';
	}
	return result;
}

int
place_make(const char *store, const struct store_key *key,
    char path[static STORE_PATH])
{
	place_of(store, key, path);
	return make_folders(store, path);
}

/* One of the 256 folders of a shelf. */
static int
list_folder(const char *path,
    int (*each)(void *context, const struct digest *id), void *context)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	struct digest id;
	int result = 0;

	if (folder == NULL)
		return errno == ENOENT ? 0
				       : fail_errno("cannot open '%s'", path);
	while (result == 0 && (entry = readdir(folder)) != NULL)
		if (digest_parse(entry->d_name, &id) == 0)
			result = each(context, &id);
	closedir(folder);
	return result;
}

int
place_list(const char *store, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	char path[STORE_PATH];
	size_t length;
	unsigned first;
	int result = 0;

	shelf_of(store, shelf, owner, path);
	length = strlen(path);
	for (first = 0; result == 0 && first < 256; first++) {
		snprintf(path + length, STORE_PATH - length, "/%02x", first);
		result = list_folder(path, each, context);
	}
	return result;
}
