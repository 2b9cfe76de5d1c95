/* SPDX-License-Identifier: ISC */
#include "store/damaged.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/strict.h"
#include "store/place.h"
#include "store/usage.h"

/* One of the same name that is there already goes. */
static int
move(const char *store, const struct store_key *key)
{
	char from[PATH_MAX], to[PATH_MAX], id[DIGEST_HEX_SIZE];
	size_t length;

	place_below(store, &key->owner, "damaged", to);
	if (strict_make_folder(to) != 0)
		return -1;
	digest_hex(&key->id, id);
	length = strlen(to);
	snprintf(to + length, sizeof to - length, "/%d-%s", (int)key->shelf,
	    id);
	place_of(store, key, from);
	return strict_set_aside(from, to) >= 0 ? 0 : -1;
}

int
damaged_set_aside(struct store *store, const char *path,
    const struct store_key *key, size_t limit)
{
	char resolved[PATH_MAX];
	struct buf bytes = {0};
	int result = 0, lock;

	if (strict_resolve(path, resolved, sizeof resolved) != 0)
		return -1;
	path = resolved;
	lock = usage_lock(path, &key->owner);
	if (lock < 0)
		return -1;
	if (store_get_cold(store, key, limit, &bytes) < 0) {
		result = -1;
		if (fail_last()->kind == FAIL_DATA && store_begin(store) == 0)
			result = move(path, key) == 0 ? 1 : -1;
	}
	buf_release(&bytes);
	usage_unlock(lock);
	/* its size may not be the one that was counted */
	if (result == 1 && usage_recount_owner(path, &key->owner) != 0)
		return -1;
	return result;
}
