/* SPDX-License-Identifier: ISC */
#include "store/burden.h"

#include <sys/stat.h>

#include "base/strict.h"
#include "store/place.h"
#include "store/temporary.h"

struct sum {
	const char *store;
	struct store_key key;
	struct usage *usage;
};

static int
add_file(void *context, const struct digest *id)
{
	struct sum *sum = context;
	char path[PATH_MAX];
	struct stat status;

	sum->key.id = *id;
	place_of(sum->store, &sum->key, path);
	if (strict_look(path, &status) == 0) {
		sum->usage->bytes += (uint64_t)status.st_size;
		sum->usage->files++;
	}
	return 0;
}

int
burden_shelf(const char *store, enum store_shelf shelf,
    const struct digest *owner, struct usage *usage)
{
	struct sum sum = {store, {shelf, *owner, {{0}}}, usage};

	return place_list(store, shelf, owner, add_file, &sum);
}

int
burden_now(const char *store, enum store_shelf shelf,
    const struct digest *owner, uint64_t *bytes)
{
	char path[FILE_PATH];
	struct usage usage = {0};

	if (strict_resolve(store, path, sizeof path) != 0)
		return -1;
	if (temporary_sum(path, owner, &usage) != 0 ||
	    burden_shelf(path, shelf, owner, &usage) != 0)
		return -1;
	*bytes = usage.bytes;
	return 0;
}
