/* SPDX-License-Identifier: ISC */
#include "find/cache.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "format/found_read.h"
#include "peer/roster.h"

#define HOUR 3600
#define LINK 120 /* RFC 6762 section 10, for records of a host */
#define WEEK (7 * 24 * HOUR)

/* Not in this run. */
#define OLD (FOUND_CACHE | FOUND_STALE)

bool
cache_path(char *path, size_t size)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length = 0;

	if (cache != NULL && *cache == '/')
		length = snprintf(path, size, "%s/shardkit/peers.cbor", cache);
	else if (home != NULL && *home == '/')
		length =
		    snprintf(path, size, "%s/.cache/shardkit/peers.cbor", home);
	return length > 0 && (size_t)length < size;
}

/* A clock that was set back makes nothing younger than now. */
static int
load_one(void *context, struct found *found)
{
	struct table *table = context;
	uint64_t age = found->seen < table->now ? table->now - found->seen : 0;

	if (!found->has_id || age > WEEK || found->sources & FOUND_STATIC ||
	    roster_find(table->roster, &found->id) == NULL)
		return 0;
	found->sources = age <= found->ttl ? FOUND_CACHE : FOUND_STALE;
	return table_add(table, found) < 0 ? -1 : 0;
}

int
cache_load(const char *path, struct table *table)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = 0;

	if (fd < 0)
		return 0;
	if (found_read_open(fd, path, load_one, table) != 0) {
		if (fail_last()->kind == FAIL_DATA)
			log_line(LOG_WARN, "%s", fail_last()->text);
		else
			result = -1;
	}
	close(fd);
	return result;
}

static bool
is_worth(const struct found *found)
{
	return found->trust >= FOUND_WANTED && found->ip_size != 0 &&
	    (found->sources & ~(unsigned)FOUND_STATIC) != 0;
}

static int
save_one(const struct found *found, struct buf *to)
{
	struct found copy = *found;
	unsigned new = found->sources & ~(unsigned)(FOUND_STATIC | OLD);
	uint64_t most = new == FOUND_MDNS ? LINK : HOUR;

	if (new != 0 && (copy.ttl == 0 || copy.ttl > most))
		copy.ttl = most;
	copy.sources = new != 0 ? new : FOUND_CACHE;
	copy.trust = FOUND_HINT;
	return found_encode(&copy, to);
}

static int
make_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return 0;
	if (slash - path >= PATH_MAX)
		return fail(FAIL_SYSTEM, "the path '%s' is too long", path);
	snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
	return file_make_folders(folder, 0700);
}

int
cache_save(const char *path, const struct table *table)
{
	struct buf bytes = {0};
	size_t i;
	int result = make_folder(path);

	for (i = 0; result == 0 && i < table->count; i++)
		if (is_worth(&table->record[i]->found))
			result = save_one(&table->record[i]->found, &bytes);
	if (result == 0)
		result =
		    file_put(path, span_of_buf(&bytes), 0600, FILE_REPLACE);
	buf_release(&bytes);
	return result;
}
