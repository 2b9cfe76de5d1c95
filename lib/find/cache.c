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
#include "base/regular.h"
#include "base/tool.h"
#include "crypto/hash.h"
#include "format/found_read.h"
#include "peer/roster.h"

#define NAME_SIZE 17
#define HOUR 3600
#define LINK 120 /* RFC 6762 section 10, for records of a host */
#define WEEK (7 * 24 * HOUR)

/* Not in this run. */
#define OLD (FOUND_CACHE | FOUND_STALE)

/* What the kernel calls a folder, without links and dots. */
static struct span
real_path(char folder[static FILE_PATH])
{
	char link[32];
	int fd = open(folder, O_PATH | O_CLOEXEC);
	ssize_t size;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	size = readlink(link, folder, FILE_PATH);
	if (fd >= 0)
		close(fd);
	return size > 0 ? span_of(folder, (size_t)size) : span_of_text(folder);
}

/* The configuration, in as many letters as keep apart what one user has. */
static bool
name_configuration(char name[static NAME_SIZE])
{
	char folder[FILE_PATH], hex[DIGEST_HEX_SIZE];
	struct digest digest;

	if (tool_path("", folder) != 0)
		return false;
	digest = hash_bytes(real_path(folder));
	digest_hex(&digest, hex);
	snprintf(name, NAME_SIZE, "%.*s", NAME_SIZE - 1, hex);
	return true;
}

bool
cache_path(const char *file, char *path, size_t size)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char name[NAME_SIZE];
	int length = 0;

	if (!name_configuration(name))
		return false;
	if (cache != NULL && *cache == '/')
		length = snprintf(path, size, "%s/shardkit/%s/%s", cache, name,
		    file);
	else if (home != NULL && *home == '/')
		length = snprintf(path, size, "%s/.cache/shardkit/%s/%s", home,
		    name, file);
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
	int fd = regular_open(path), result = 0;

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

int
cache_make_folder(const char *path)
{
	char folder[PATH_MAX];

	if (strlen(path) >= sizeof folder)
		return fail(FAIL_SYSTEM, "the path '%s' is too long", path);
	file_folder(path, folder);
	return file_make_folders(folder, 0700);
}

int
cache_save(const char *path, const struct table *table)
{
	struct buf bytes = {0};
	size_t i;
	int result = cache_make_folder(path);

	for (i = 0; result == 0 && i < table->count; i++)
		if (is_worth(&table->record[i]->found))
			result = save_one(&table->record[i]->found, &bytes);
	if (result == 0)
		result =
		    file_put(path, span_of_buf(&bytes), 0600, FILE_REPLACE);
	buf_release(&bytes);
	return result;
}
