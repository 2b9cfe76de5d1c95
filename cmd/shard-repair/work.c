/* SPDX-License-Identifier: ISC */
#include "work.h"

#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/tool.h"
#include "poll/follow.h"
#include "xfer/forgotten.h"
#include "xfer/repair.h"
#include "xfer/repaired.h"

/* The one that is repaired now. */
struct job {
	struct work *work;
	struct listing listing;
};

static int
add_row(struct work *work, const struct repair *repair)
{
	struct report_field field[] = {
	    {"snapshot", NULL, repair->listing->snapshot.number, true, 8},
	    {"whole", NULL, repair->whole, true, 10},
	    {"rebuilt", NULL, repair->rebuilt, true, 10},
	    {"unplaced", NULL, repair->unplaced, true, 8},
	    {"lost", NULL, repair->lost, true, 8},
	};

	return report_add(work->style, REPORT_FIELDS(field),
	    work->rows.size == 0, &work->rows);
}

/* At once: they may be more than memory holds. */
static int
print_shard(void *context, const struct repaired *repaired)
{
	const struct job *job = context;
	static bool begun;
	struct buf rows = {0};
	int result = repaired_row(repaired, job->listing.snapshot.number,
	    job->work->style, !begun, &rows);

	begun = true;
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&rows));
	buf_release(&rows);
	return result;
}

/* What it could not do is told, and remembered in the slot. */
static int
repair_one(struct work *work, const struct catalog_entry *entry)
{
	struct job job = {.work = work};
	struct repair repair = {.listing = &job.listing,
	    .check = work->check || work->only != NULL,
	    .only = work->only,
	    .each = work->shards ? print_shard : NULL,
	    .context = &job};
	int result = listing_open(&job.listing, work->holders, &work->own.owner,
	    &entry->id);

	if (result == 0) {
		result = repair_snapshot(&repair);
		if (add_row(work, &repair) != 0)
			result = -1;
	}
	listing_close(&job.listing);
	return result;
}

static int
repair_all(struct work *work, const struct catalog *catalog)
{
	struct failure worst = {.kind = 0};
	size_t i;

	for (i = 0; i < catalog->count; i++) {
		if (catalog->entry[i].dropped ||
		    repair_one(work, &catalog->entry[i]) == 0)
			continue;
		if (worst.kind != 0)
			log_line(LOG_WARN, "%s", worst.text);
		worst = *fail_last();
	}
	return worst.kind == 0 ? 0 : fail_again(&worst);
}

/* What no peer shows, or gives, was not repaired: that is no success. */
static int
check_seen(const struct work *work, const struct catalog *catalog)
{
	char path[FILE_PATH];

	if (digest_equal(&work->own.self, &work->own.owner) &&
	    (tool_path("newest", path) != 0 ||
		catalog_check_newest(catalog, path) != 0))
		return -1;
	if (catalog->unread_count == 0)
		return 0;
	return fail(FAIL_NO,
	    "%zu of the snapshots that the peers show cannot be read",
	    catalog->unread_count);
}

int
work_snapshots(struct work *work, const char *name)
{
	const struct catalog_entry *entry;
	struct catalog catalog;
	int result = -1;

	if (catalog_load(&catalog, work->holders, &work->own.owner) != 0)
		return -1;
	catalog_explain_unread(&catalog);
	if (name == NULL)
		result = repair_all(work, &catalog);
	else if ((entry = catalog_find(&catalog, name)) != NULL) {
		forgotten_warn(entry);
		result = repair_one(work, entry);
	}
	if (result == 0 && (name == NULL || strcmp(name, "latest") == 0))
		result = check_seen(work, &catalog);
	catalog_release(&catalog);
	return result;
}

int
work_certificate(struct work *work, const char *path)
{
	static struct follow follow;
	char folder[FILE_PATH], members[FILE_PATH];
	int result;

	if (tool_path("polls", folder) != 0 ||
	    tool_path("members", members) != 0)
		return -1;
	follow = (struct follow){.holders = work->holders,
	    .owner = work->own.owner,
	    .self = work->own.self,
	    .folder = folder,
	    .members = members};
	result = follow_load(&follow, path);
	if (result == 0) {
		follow_explain(&follow);
		work->only = &follow.repairs;
		if (follow.repairs.count > 0)
			result = work_snapshots(work, NULL);
	}
	follow_release(&follow);
	return result;
}
