/* SPDX-License-Identifier: ISC */
#include "poll/stripes.h"

#include "base/fail.h"
#include "base/log.h"

int
stripes_each(const struct living *living,
    int (*each)(void *context, const struct listing *listing,
	const struct stripe *stripe),
    void *context)
{
	const struct catalog *catalog = &living->catalog;
	struct listing listing;
	struct stripe stripe;
	size_t i;
	int got, result = 0;

	for (i = 0; result == 0 && i < catalog->count; i++) {
		got = listing_open(&listing, living->holders, &living->owner,
		    &catalog->entry[i].id);
		while (got >= 0 && result == 0 &&
		    (got = listing_next(&listing, &stripe)) > 0)
			result = each(context, &listing, &stripe);
		if (got < 0)
			log_line(LOG_WARN, "snapshot %llu cannot be read: %s",
			    (unsigned long long)catalog->entry[i].number,
			    fail_last()->text);
		listing_close(&listing);
	}
	return result;
}
