/* SPDX-License-Identifier: ISC */
#include "store/content.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strict.h"
#include "crypto/tree.h"
#include "store/dropped.h"
#include "store/engine.h"
#include "store/place.h"
#include "store/temporary.h"
#include "store/usage.h"

/* Beside the marker: that there is an engine. */
#define SIGN "engine"

static const char *
name_of(const struct content *content, const char *path)
{
	return path + strlen(content->store) + 1;
}

int
content_check(const struct content *content)
{
	if (!content->has_engine || content->engine != NULL)
		return 0;
	fail(FAIL_USAGE, "the bytes of store '%s' rest on an engine",
	    content->store);
	return fail_hint("say which: --store-exec of shard-recv, p2p-health");
}

/* 1, 0 when it is not there, -1. */
static int
open_path(const char *path, size_t limit, struct content_file *file)
{
	struct stat status;
	int result = 1;

	file->fd = strict_open(path, O_RDONLY);
	if (file->fd < 0)
		return file->fd == STRICT_ABSENT ? 0 : -1;
	if (fstat(file->fd, &status) != 0)
		result = fail_errno("cannot look at '%s'", path);
	else if ((uint64_t)status.st_size > limit)
		result = fail(FAIL_DATA, "'%s' is longer than %zu bytes", path,
		    limit);
	else
		file->size = (size_t)status.st_size;
	if (result < 0)
		close(file->fd);
	return result;
}

int
content_open(const struct content *content, const struct store_key *key,
    size_t limit, struct content_file *file)
{
	char path[PATH_MAX];

	if (content_check(content) != 0)
		return -1;
	place_of(content->store, key, path);
	return open_path(path, limit, file);
}

/* Append what is in the file; 1, or -1. */
static int
read_file(const struct content_file *file, const char *path, struct buf *to)
{
	ssize_t got;

	if (buf_reserve(to, file->size) != 0)
		return -1;
	got = file_fill(file->fd, to->data + to->size, file->size);
	if (got > 0)
		to->size += (size_t)got;
	return got < 0 ? fail_errno("cannot read '%s'", path) : 1;
}

/* The same of what an engine has. */
static int
read_engine(const struct content *content, const char *path, size_t size,
    struct buf *to)
{
	int got = engine_get(content->engine, name_of(content, path), size, to);

	if (got == 0)
		return fail(FAIL_DATA, "the engine has no '%s' any more",
		    name_of(content, path));
	return got;
}

int
content_take(const struct content *content, const struct store_key *key,
    const struct content_file *file, struct buf *to)
{
	size_t before = to->size;
	char path[PATH_MAX];
	struct digest root;
	int got;

	place_of(content->store, key, path);
	got = content->engine != NULL
	    ? read_engine(content, path, file->size, to)
	    : read_file(file, path, to);
	close(file->fd);
	if (got < 0)
		return -1;
	root = tree_root(span_of(to->data + before, to->size - before));
	if (!digest_equal(&root, &key->id))
		return fail(FAIL_DATA, "'%s' is damaged", path);
	return 1;
}

int
content_read(const struct content *content, const struct store_key *key,
    size_t limit, bool cold, struct buf *to)
{
	struct content_file file;
	int found = content_open(content, key, limit, &file);

	if (found <= 0)
		return found;
	if (cold)
		posix_fadvise(file.fd, 0, 0, POSIX_FADV_DONTNEED);
	return content_take(content, key, &file, to);
}

int
content_hollow(const char *path)
{
	struct stat status;
	int result = 0, fd = strict_must(strict_open(path, O_WRONLY), path);

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) != 0 || ftruncate(fd, 0) != 0 ||
	    ftruncate(fd, status.st_size) != 0)
		result = fail_errno("cannot hollow '%s'", path);
	close(fd);
	return result;
}

int
content_forget(const struct content *content, const struct store_key *key)
{
	char path[PATH_MAX];

	if (content->engine == NULL)
		return 0;
	place_of(content->store, key, path);
	if (access(path, F_OK) == 0 || dropped_has(content->store, key) ||
	    temporary_comes(content->store, &key->owner, path))
		return 0;
	return engine_drop(content->engine, name_of(content, path));
}

static void
sign_of(const char *store, char path[static PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/" SIGN, store);
}

bool
content_has_engine(const char *store)
{
	char path[PATH_MAX];

	sign_of(store, path);
	return access(path, F_OK) == 0;
}

static int
stop(void *context, const struct digest *owner)
{
	(void)context;
	(void)owner;
	return 1;
}

/* Something that the engine has: a hole of that size, if the name is ours. */
static int
take_up(void *context, const char *name, uint64_t size)
{
	const struct content *content = context;
	char path[PATH_MAX];
	struct store_key key;
	int fd, result = 0;

	if (place_parse(name, &key) != 0) {
		log_line(LOG_DETAIL, "the engine has '%s', which is not ours",
		    name);
		return 0;
	}
	if (place_make(content->store, &key, path) != 0)
		return -1;
	fd = strict_must(strict_open(path, O_WRONLY | O_CREAT), path);
	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)size) != 0 || fsync(fd) != 0)
		result = fail_errno("cannot write '%s'", path);
	close(fd);
	return result;
}

int
content_begin(const struct content *content, bool writer)
{
	char path[PATH_MAX];

	if (content_has_engine(content->store))
		return 0;
	if (!writer || place_each_owner(content->store, stop, NULL) != 0) {
		fail(FAIL_USAGE, "store '%s' has its bytes on this disk",
		    content->store);
		return fail_hint("an engine needs a store in an empty folder");
	}
	if (engine_list(content->engine, take_up, (void *)content) != 0 ||
	    usage_recount(content->store, true) != 0)
		return -1;
	sign_of(content->store, path);
	return file_put(path, span_of_text("1\n"), 0600, FILE_NEW);
}
