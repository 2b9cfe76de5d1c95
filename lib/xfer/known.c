/* SPDX-License-Identifier: ISC */
#include "xfer/known.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/regular.h"
#include "base/shared.h"
#include "doc/addresses.h"
#include "format/cbor.h"
#include "peer/identity.h"

#define ASKED_SLOTS 1024

static void
path_of(const char *folder, const struct digest *peer, const char *end,
    char path[static PATH_MAX])
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(peer, hex);
	snprintf(path, PATH_MAX, "%s/%s%s", folder, hex, end);
}

/* What is there of a peer; with a number of 0 when there is nothing good. */
static void
load(const char *path, const struct digest *peer, struct buf *document,
    struct addresses *addresses)
{
	if (regular_read(path, KNOWN_DOCUMENT, document) != 0 ||
	    addresses_decode(span_of_buf(document), peer, addresses) != 0)
		*addresses = (struct addresses){0};
}

int
known_put(const char *folder, const struct digest *peer, struct span document,
    uint64_t now, struct addresses *addresses)
{
	char path[PATH_MAX];
	struct addresses old;
	struct buf bytes = {0};

	path_of(folder, peer, "", path);
	if (addresses_decode(document, peer, addresses) != 0)
		return -1;
	if (document.size > KNOWN_DOCUMENT || addresses->until <= now ||
	    addresses->until > now + ADDRESSES_LIFE)
		return 0;
	load(path, peer, &bytes, &old);
	buf_release(&bytes);
	if (addresses->number < old.number)
		return 0;
	if (addresses->number > old.number &&
	    file_put(path, document, 0600, FILE_REPLACE) != 0)
		return -1;
	return 1;
}

bool
known_get(const char *folder, const struct digest *peer, uint64_t now,
    struct addresses *addresses)
{
	char path[PATH_MAX];
	struct buf bytes = {0};

	path_of(folder, peer, "", path);
	load(path, peer, &bytes, addresses);
	buf_release(&bytes);
	return addresses->until > now;
}

/* Whether what was written there is over by now, whatever it says. */
static bool
is_over(const char *path, uint64_t now)
{
	struct stat status;

	return stat(path, &status) == 0 &&
	    (uint64_t)status.st_mtime + ADDRESSES_LIFE <= now;
}

/* How many are kept; those that are over are removed. -1. */
static int
count_kept(const char *folder, DIR *entries, uint64_t now)
{
	char path[PATH_MAX];
	const char *name;
	struct digest peer;
	int count = 0, result = 0;

	while ((name = file_next(entries, folder, &result)) != NULL) {
		if (digest_parse(name, &peer) != 0)
			continue;
		path_of(folder, &peer, "", path);
		if (!is_over(path, now) || unlink(path) != 0)
			count++;
	}
	return result == 0 ? count : -1;
}

bool
known_has_room(const char *folder, const struct digest *peer, uint64_t now)
{
	char path[PATH_MAX];
	DIR *entries;
	int count;

	path_of(folder, peer, "", path);
	if (access(path, F_OK) == 0)
		return true;
	entries = opendir(folder);
	if (entries == NULL)
		return false;
	count = count_kept(folder, entries, now);
	closedir(entries);
	return count >= 0 && count < KNOWN_KEPT;
}

int
known_reach(const char *folder, const struct digest *peer)
{
	char path[PATH_MAX];

	path_of(folder, peer, ".reached", path);
	return file_put(path, span_of("", 0), 0600, FILE_REPLACE);
}

static bool
was_reached(const char *folder, const struct digest *peer, uint64_t now)
{
	char path[PATH_MAX];
	struct stat status;

	path_of(folder, peer, ".reached", path);
	return stat(path, &status) == 0 &&
	    (uint64_t)status.st_mtime + KNOWN_REACHED > now;
}

/* Add the record of `peer` if we may tell it: 1, 0 or -1. */
static int
add(const char *folder, const struct digest *self, const struct digest *peer,
    uint64_t now, struct cbor_writer *writer)
{
	char path[PATH_MAX];
	struct addresses addresses;
	struct buf document = {0};
	bool good;

	if (!digest_equal(self, peer) && !was_reached(folder, peer, now))
		return 0;
	path_of(folder, peer, "", path);
	load(path, peer, &document, &addresses);
	good = addresses.until > now;
	if (good)
		cbor_write_bytes(writer, span_of_buf(&document));
	buf_release(&document);
	return good;
}

/* All that may be told, as byte strings; how many. */
static int
collect(DIR *entries, const char *folder, const struct digest *self,
    uint64_t now, struct buf *to)
{
	struct cbor_writer writer;
	const char *name;
	struct digest peer;
	int added, count = 0, result = 0;

	cbor_writer_init(&writer, to);
	while (count < KNOWN_TOLD &&
	    (name = file_next(entries, folder, &result)) != NULL) {
		if (digest_parse(name, &peer) != 0)
			continue;
		added = add(folder, self, &peer, now, &writer);
		if (added < 0)
			return -1;
		count += added;
	}
	return result == 0 && cbor_writer_end(&writer) == 0 ? count : -1;
}

int
known_tell(const char *folder, const struct secret *scalar, uint64_t now,
    struct buf *to)
{
	struct digest self;
	struct cbor_writer writer;
	struct buf records = {0};
	DIR *entries = folder ? opendir(folder) : NULL;
	int count;

	if (entries == NULL)
		return fail(FAIL_NO, "this holder does not exchange addresses");
	count = identity_id(scalar, &self);
	if (count == 0)
		count = collect(entries, folder, &self, now, &records);
	closedir(entries);
	if (count >= 0) {
		cbor_writer_init(&writer, to);
		cbor_write_array(&writer, (uint64_t)count);
		count = cbor_writer_end(&writer);
	}
	if (count == 0)
		count = buf_append(to, span_of_buf(&records));
	buf_release(&records);
	return count;
}

/* Of each a part of the id in the upper half, and when in the lower. */
struct known_asked {
	atomic_uint_fast64_t of[ASKED_SLOTS];
};

struct known_asked *
known_asked_open(void)
{
	return shared_memory(sizeof(struct known_asked));
}

/* Two that share a place forget one another, which costs an answer more. */
static bool
may_ask(struct known_asked *asked, const struct digest *peer, uint64_t now)
{
	uint32_t tag, slot, when = (uint32_t)now;
	uint64_t last;

	memcpy(&tag, peer->byte, sizeof tag);
	memcpy(&slot, peer->byte + sizeof tag, sizeof slot);
	slot %= ASKED_SLOTS;
	last = atomic_load(&asked->of[slot]);
	if (last != 0 && last >> 32 == tag &&
	    when - (uint32_t)last < KNOWN_AGAIN)
		return false;
	return atomic_compare_exchange_strong(&asked->of[slot], &last,
	    (uint64_t)tag << 32 | when);
}

int
known_answer(const struct known *known, const struct digest *peer,
    const struct secret *scalar, uint64_t now, struct buf *to)
{
	if (known->asked != NULL && known->folder != NULL &&
	    access(known->folder, F_OK) == 0 &&
	    !may_ask(known->asked, peer, now))
		return fail(FAIL_NO,
		    "the addresses were told less than a minute ago");
	return known_tell(known->folder, scalar, now, to);
}
