/* SPDX-License-Identifier: ISC */
#include "xfer/forgotten.h"

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/regular.h"
#include "base/tool.h"
#include "format/limits.h"

#define FILE_LIMIT (2 * LIMIT_SNAPSHOTS * sizeof(struct digest))

void
forgotten_use(struct holders *holders)
{
	static char path[FILE_PATH];

	if (tool_path("dropped", path) == 0)
		holders->forgotten = path;
}

/* A file that is not there or not readable as one has none. */
static int
load(const char *path, struct buf *ids)
{
	if (path == NULL || regular_read(path, FILE_LIMIT, ids) != 0) {
		ids->size = 0;
		return -1;
	}
	ids->size -= ids->size % sizeof(struct digest);
	digest_sort(ids);
	return 0;
}

/* Of what is shown: what goes now, and what went before. */
static int
add_all(const struct catalog *catalog, const bool *chosen, const bool *gone,
    const struct buf *known, struct buf *ids)
{
	const struct digest *id;
	size_t i, count = catalog->count + catalog->unread_count;
	bool is;

	for (i = 0; i < count; i++) {
		if (i < catalog->count) {
			id = &catalog->entry[i].id;
			is = chosen[i];
		} else {
			id = &catalog->unread[i - catalog->count].id;
			is = gone[i - catalog->count];
		}
		if ((is || digest_find(span_of_buf(known), id) >= 0) &&
		    buf_append(ids, span_of_digest(id)) != 0)
			return -1;
	}
	return 0;
}

int
forgotten_add(struct holders *holders, const struct catalog *catalog,
    const bool *chosen, const bool *gone)
{
	struct buf known = {0}, ids = {0};
	int result;

	load(holders->forgotten, &known);
	result = add_all(catalog, chosen, gone, &known, &ids);
	if (result == 0 && holders_usable(holders) < holders->count &&
	    known.size + ids.size <= FILE_LIMIT)
		result = buf_append(&ids, span_of_buf(&known));
	digest_sort(&ids);
	if (result == 0)
		result = file_put(holders->forgotten, span_of_buf(&ids), 0600,
		    FILE_REPLACE);
	buf_release(&known);
	buf_release(&ids);
	return result;
}

void
forgotten_mark(const char *path, struct catalog *catalog)
{
	size_t i;

	catalog->knows_dropped = load(path, &catalog->dropped) == 0;
	for (i = 0; i < catalog->count; i++)
		catalog->entry[i].dropped =
		    digest_find(span_of_buf(&catalog->dropped),
			&catalog->entry[i].id) >= 0;
}

void
forgotten_warn(const struct catalog_entry *entry)
{
	if (entry->dropped)
		log_line(LOG_WARN,
		    "snapshot %llu was dropped: what is left of it may not be "
		    "whole",
		    (unsigned long long)entry->number);
}

static bool
is_kept(void *context, const struct catalog_entry *entry)
{
	(void)context;
	if (entry->dropped)
		log_line(LOG_DETAIL,
		    "snapshot %llu was dropped: what is left of it does not "
		    "count",
		    (unsigned long long)entry->number);
	return !entry->dropped;
}

void
forgotten_leave_out(struct catalog *catalog)
{
	catalog_keep(catalog, is_kept, NULL);
}
