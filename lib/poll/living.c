/* SPDX-License-Identifier: ISC */
#include "poll/living.h"

#include "base/log.h"
#include "xfer/forgotten.h"
#include "xfer/hearsay.h"

static bool
is_known(void *context, const struct catalog_entry *entry)
{
	struct holders *holders = context;

	if (!hearsay_few(holders, entry->shown))
		return true;
	log_line(LOG_WARN,
	    "snapshot %llu is shown by %zu of %zu peers: whether the others "
	    "have dropped or lost it is not known, so nobody is asked for it; "
	    "shard-repair gives it to all, shard-drop to none",
	    (unsigned long long)entry->number, entry->shown, holders->count);
	return false;
}

int
living_load(struct living *living, struct holders *holders,
    const struct digest *owner)
{
	*living = (struct living){.holders = holders, .owner = *owner};
	if (catalog_load(&living->catalog, holders, owner) != 0)
		return -1;
	forgotten_leave_out(&living->catalog);
	if (!living->catalog.knows_dropped)
		catalog_keep(&living->catalog, is_known, holders);
	return 0;
}

void
living_release(struct living *living)
{
	catalog_release(&living->catalog);
}
