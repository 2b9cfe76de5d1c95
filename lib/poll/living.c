/* SPDX-License-Identifier: ISC */
#include "poll/living.h"

#include "base/log.h"
#include "xfer/forgotten.h"
#include "xfer/hearsay.h"

static void
leave_out_few(struct catalog *catalog, struct holders *holders)
{
	const struct catalog_entry *entry;
	size_t i, kept = 0;

	for (i = 0; i < catalog->count; i++) {
		entry = &catalog->entry[i];
		if (!hearsay_few(holders, entry->shown)) {
			catalog->entry[kept++] = *entry;
			continue;
		}
		log_line(LOG_WARN,
		    "snapshot %llu is shown by %zu of %zu peers: whether the "
		    "others have dropped or lost it is not known, so nobody "
		    "is asked for it; shard-repair gives it to all, "
		    "shard-drop to none",
		    (unsigned long long)entry->number, entry->shown,
		    holders->count);
	}
	catalog->count = kept;
}

int
living_load(struct catalog *catalog, struct holders *holders,
    const struct digest *owner)
{
	if (catalog_load(catalog, holders, owner) != 0)
		return -1;
	forgotten_leave_out(catalog);
	if (!catalog->knows_dropped)
		leave_out_few(catalog, holders);
	return 0;
}
