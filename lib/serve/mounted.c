/* SPDX-License-Identifier: ISC */
#include "serve/mounted.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "store/marker.h"

int
mounted_check(const char *folder, const char *beside, const char *store_path)
{
	struct span path = span_of_text(store_path);
	char file[PATH_MAX];
	struct stat config, store;
	struct digest name = hash_bytes(path);

	if (store_path[0] != '/' || stat(store_path, &store) != 0 ||
	    stat(beside, &config) != 0)
		return 0;
	file_named(folder, &name, file);
	if (store.st_dev != config.st_dev) {
		if (access(file, F_OK) != 0 &&
		    file_make_folder(folder, 0700) == 0)
			file_put(file, path, 0600, FILE_NEW);
		return 0;
	}
	if (access(file, F_OK) != 0 || marker_check(store_path) == 0)
		return 0;
	fail(FAIL_SYSTEM, "there was a disk at '%s', and is none now",
	    store_path);
	return fail_hint("is the disk mounted? (for a store without one, "
			 "remove '%s')",
	    file);
}

int
mounted_allows(const char *store_path, bool had, enum verb verb)
{
	if (verb == VERB_HELLO || (verb == VERB_PROVE && had))
		return 0;
	if (marker_check(store_path) != 0)
		return -1;
	return had ? 0 : fail(FAIL_SYSTEM, "store '%s' was away", store_path);
}
