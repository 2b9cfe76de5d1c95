/* SPDX-License-Identifier: ISC */
#include "store/marker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strict.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "store/place.h"

#define MARKER "shardkit-store"
#define FIRST_LINE "shardkit store 1\n"
#define MARKER_SIZE 256

/* What somebody who made a marker died over. */
static bool
is_rest(const char *name)
{
	size_t length = strlen(MARKER);

	return strncmp(name, MARKER, length) == 0 &&
	    file_is_temporary(name + length);
}

static bool
is_nothing(const char *name)
{
	static const char *const usual[] = {".", "..", "lost+found"};
	size_t i;

	for (i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strcmp(name, usual[i]) == 0)
			return true;
	return is_rest(name);
}

/* Nothing in it but what mkfs puts there, or a rest. 1, 0, -1. */
static int
is_empty(const char *path)
{
	bool absent;
	DIR *folder = strict_list(path, &absent);
	const char *name;
	int empty = 1, result = 0;

	if (folder == NULL)
		return absent ? fail(FAIL_SYSTEM, "'%s' is gone", path) : -1;
	while (empty && (name = file_next(folder, path, &result)) != NULL)
		empty = is_nothing(name);
	closedir(folder);
	return result == 0 ? empty : -1;
}

int
marker_tidy(const char *path)
{
	bool absent;
	DIR *folder = strict_list(path, &absent);
	const char *name;
	int result = 0;

	if (folder == NULL)
		return absent ? fail(FAIL_SYSTEM, "'%s' is gone", path) : -1;
	while ((name = file_next(folder, path, &result)) != NULL)
		if (is_rest(name))
			unlinkat(dirfd(folder), name, 0);
	closedir(folder);
	return result;
}

static int
create_marker(const char *path, const char *marker)
{
	char name[BASE32_TEXT], text[MARKER_SIZE];
	struct digest random;
	int empty = is_empty(path);

	if (empty < 0)
		return -1;
	if (!empty)
		return fail(FAIL_DATA, "'%s' is not a store, and not empty",
		    path);
	if (secret_random_bytes(random.byte, sizeof random.byte) != 0)
		return -1;
	base32_encode(BASE32_STORE, random.byte, name);
	snprintf(text, sizeof text, FIRST_LINE "%s\n", name);
	log_line(LOG_NOTE, "'%s' becomes a new store", path);
	return file_put(marker, span_of_text(text), 0600, FILE_NEW);
}

/*
 * One thread at a time; whoever comes later finds it made, also by another
 * process, which may have tidied away what this one was about to name.
 */
static int
make_marker(const char *path, const char *marker)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int result = 0;

	pthread_mutex_lock(&lock);
	if (access(marker, F_OK) != 0)
		result = create_marker(path, marker);
	if (result != 0 && access(marker, F_OK) == 0)
		result = 0;
	pthread_mutex_unlock(&lock);
	return result;
}

static int
read_marker(int fd, const char *marker, struct digest *name)
{
	char text[MARKER_SIZE] = "";
	size_t skip = strlen(FIRST_LINE);

	if (file_fill(fd, text, sizeof text - 1) < 0)
		return -1;
	if (strncmp(text, FIRST_LINE, skip) != 0 ||
	    base32_decode(BASE32_STORE, text + skip, name->byte) != 0)
		return fail(FAIL_DATA, "'%s' is damaged or of another version",
		    marker);
	return 0;
}

int
marker_check(const char *path)
{
	char marker[PATH_MAX];

	snprintf(marker, sizeof marker, "%s/%s", path, MARKER);
	if (access(marker, F_OK) == 0)
		return 0;
	fail_errno("cannot see store '%s'", path);
	return fail_hint("is the disk mounted?");
}

static int
is_there(void *context, const struct digest *owner)
{
	(void)context;
	(void)owner;
	return 1;
}

/* The same store by another path gets the same name. */
static struct digest
make_up_name(int folder)
{
	struct stat status = {0};
	uint64_t place[2];

	fstat(folder, &status);
	place[0] = status.st_dev;
	place[1] = status.st_ino;
	return hash_bytes(span_of(place, sizeof place));
}

/* After open_marker has failed. */
static int
do_without(const char *path, enum store_mode mode, struct digest *name)
{
	struct failure reason = *fail_last();
	struct digest fresh;
	char text[BASE32_TEXT];
	int folder = -1;

	if (place_each_owner(path, is_there, NULL) == 1 &&
	    secret_random_bytes(fresh.byte, sizeof fresh.byte) == 0)
		folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fail_again(&reason);
	if (folder < 0)
		return -1;
	*name = make_up_name(folder);
	base32_encode(BASE32_STORE, fresh.byte, text);
	fail_hint("if it is your store, and no later version's, make the file "
		  "anew in it: printf 'shardkit store 1\\n%s\\n' > " MARKER,
	    text);
	if (mode != STORE_RESCUE) {
		close(folder);
		return -1;
	}
	log_line(LOG_WARN, "%s; what is there is read all the same",
	    reason.text);
	log_line(LOG_WARN, "hint: %s", fail_last()->hint);
	return folder;
}

static int
open_marker(const char *path, bool create, struct digest *name)
{
	char marker[PATH_MAX];
	int fd;

	snprintf(marker, sizeof marker, "%s/%s", path, MARKER);
	fd = strict_open(marker, O_RDONLY);
	if (fd == STRICT_ABSENT && access(path, F_OK) == 0) {
		if (!create) {
			fail(FAIL_DATA, "'%s' is not a store", path);
			return fail_hint("is the disk mounted?");
		}
		if (make_marker(path, marker) != 0)
			return -1;
		fd = strict_open(marker, O_RDONLY);
	}
	if (fd == STRICT_ABSENT) {
		fail_errno("cannot open store '%s'", path);
		return fail_hint("is the disk mounted? (for a new store, make "
				 "an empty folder)");
	}
	if (fd < 0 || read_marker(fd, marker, name) == 0)
		return fd;
	close(fd);
	return -1;
}

int
marker_open(const char *path, enum store_mode mode, struct digest *name)
{
	int fd = open_marker(path, mode == STORE_WRITE, name);

	return fd < 0 ? do_without(path, mode, name) : fd;
}
