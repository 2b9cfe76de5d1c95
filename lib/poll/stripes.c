/* SPDX-License-Identifier: ISC */
#include "poll/stripes.h"

#include "base/fail.h"
#include "base/log.h"
#include "poll/living.h"

int
stripes_each(struct holders *holders, const struct digest *owner,
    int (*each)(void *context, const struct listing *listing,
	const struct stripe *stripe),
    void *context)
{
	struct catalog catalog;
	struct listing listing;
	struct stripe stripe;
	size_t i;
	int got, result = living_load(&catalog, holders, owner);

	for (i = 0; result == 0 && i < catalog.count; i++) {
		got = listing_open(&listing, holders, owner,
		    &catalog.entry[i].id);
		while (got >= 0 && result == 0 &&
		    (got = listing_next(&listing, &stripe)) > 0)
			result = each(context, &listing, &stripe);
		if (got < 0)
			log_line(LOG_WARN, "snapshot %llu cannot be read: %s",
			    (unsigned long long)catalog.entry[i].number,
			    fail_last()->text);
		listing_close(&listing);
	}
	catalog_release(&catalog);
	return result;
}
