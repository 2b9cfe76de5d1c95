/* SPDX-License-Identifier: ISC */
#include "store/scrubbed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "base/file.h"
#include "base/number.h"
#include "base/regular.h"
#include "store/place.h"

#define FILE_LIMIT 1024
#define FORMAT                                                           \
	"began=%llu\nended=%llu\nfiles=%llu\nbytes=%llu\ndamaged=%llu\n" \
	"unreadable=%llu\nowner=%s\nshelf=%u\nfolder=%02x\n"

static void
path_of(const char *store, char path[static PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/scrub", store);
}

static void
print(const struct scrubbed *scrubbed, char text[static FILE_LIMIT])
{
	char owner[BASE32_TEXT];

	base32_encode(BASE32_ID, scrubbed->owner.byte, owner);
	snprintf(text, FILE_LIMIT, FORMAT, (unsigned long long)scrubbed->began,
	    (unsigned long long)scrubbed->ended,
	    (unsigned long long)scrubbed->files,
	    (unsigned long long)scrubbed->bytes,
	    (unsigned long long)scrubbed->damaged,
	    (unsigned long long)scrubbed->unreadable, owner, scrubbed->shelf,
	    scrubbed->first);
}

/* What stands behind `name=`, which `text` then stands at. */
static bool
find(const char **text, const char *name)
{
	size_t length = strlen(name);
	bool found = strncmp(*text, name, length) == 0;

	if (found)
		*text += length;
	return found;
}

static bool
take(const char **text, const char *name, uint64_t *number)
{
	return find(text, name) && number_take(text, number) &&
	    *(*text)++ == '\n';
}

/* Only what scrubbed_save writes counts. */
static bool
parse(const char *text, struct scrubbed *scrubbed)
{
	char owner[BASE32_TEXT], again[FILE_LIMIT];
	const char *rest = text;
	uint64_t shelf;

	if (!take(&rest, "began=", &scrubbed->began) ||
	    !take(&rest, "ended=", &scrubbed->ended) ||
	    !take(&rest, "files=", &scrubbed->files) ||
	    !take(&rest, "bytes=", &scrubbed->bytes) ||
	    !take(&rest, "damaged=", &scrubbed->damaged) ||
	    !take(&rest, "unreadable=", &scrubbed->unreadable) ||
	    !find(&rest, "owner="))
		return false;
	snprintf(owner, sizeof owner, "%.*s", (int)strcspn(rest, "\n"), rest);
	rest += strcspn(rest, "\n");
	if (base32_decode(BASE32_ID, owner, scrubbed->owner.byte) != 0 ||
	    !find(&rest, "\n") || !take(&rest, "shelf=", &shelf) ||
	    shelf >= STORE_SHELVES || !find(&rest, "folder="))
		return false;
	scrubbed->shelf = (unsigned)shelf;
	scrubbed->first = (unsigned)strtoul(rest, NULL, 16);
	print(scrubbed, again);
	return strcmp(again, text) == 0;
}

void
scrubbed_load(const char *store, struct scrubbed *scrubbed)
{
	char path[PATH_MAX];
	struct buf text = {0};

	path_of(store, path);
	if (regular_read(path, FILE_LIMIT, &text) != 0 ||
	    buf_append(&text, span_of("", 1)) != 0 ||
	    !parse((char *)text.data, scrubbed))
		*scrubbed = (struct scrubbed){0};
	buf_release(&text);
}

int
scrubbed_save(const char *store, const struct scrubbed *scrubbed)
{
	char path[PATH_MAX], text[FILE_LIMIT];

	path_of(store, path);
	print(scrubbed, text);
	return file_put(path, span_of_text(text), 0600, FILE_REPLACE);
}

bool
scrubbed_under_way(const struct scrubbed *scrubbed)
{
	return scrubbed->began > scrubbed->ended ||
	    (scrubbed->began > 0 && scrubbed->ended == 0);
}
