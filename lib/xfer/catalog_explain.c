/* SPDX-License-Identifier: ISC */

/* What a catalogue has to say that its owner should know. */

#include "base/log.h"
#include "xfer/catalog.h"

#define ID_SHOWN 12
#define SHOWN 5 /* by name: somebody may make up many */

/* How many, from one on, have its number. */
static size_t
same_number(const struct catalog *catalog, size_t first)
{
	size_t i = first + 1;

	while (i < catalog->count &&
	    catalog->entry[i].number == catalog->entry[first].number)
		i++;
	return i - first;
}

static void
explain_same(uint64_t number, size_t count)
{
	if (count == 2)
		log_line(LOG_WARN,
		    "two snapshots have the number %llu: the same secret was "
		    "used on two machines at once",
		    (unsigned long long)number);
	else
		log_line(LOG_WARN,
		    "%zu snapshots have the number %llu: the same secret was "
		    "used on several machines",
		    count, (unsigned long long)number);
}

/* Two neighbours in the order of numbers, of different ones. */
static bool
follows(const struct catalog_entry *newer, const struct catalog_entry *older)
{
	unsigned long long from = older->number, to = newer->number;

	if (from + 1 == to)
		return digest_equal(&newer->previous, &older->id);
	log_line(LOG_DETAIL,
	    "between snapshot %llu and snapshot %llu there is none", from, to);
	return true;
}

static void
explain_chain(const struct catalog *catalog)
{
	const struct catalog_entry *entry = catalog->entry;
	size_t i, same, taken = 0, astray = 0;

	for (i = 0; i < catalog->count; i += same) {
		same = same_number(catalog, i);
		if (same > 1 && taken++ < SHOWN)
			explain_same(entry[i].number, same);
		if (i > 0 && !follows(&entry[i], &entry[i - 1]) &&
		    astray++ < SHOWN)
			log_line(LOG_WARN,
			    "snapshot %llu does not follow the %llu that is "
			    "here",
			    (unsigned long long)entry[i].number,
			    (unsigned long long)entry[i - 1].number);
	}
	if (taken > SHOWN)
		log_line(LOG_WARN,
		    "%zu other numbers are those of several snapshots, too",
		    taken - SHOWN);
	if (astray > SHOWN)
		log_line(LOG_WARN,
		    "%zu other snapshots do not follow those that are here",
		    astray - SHOWN);
}

void
catalog_explain_unread(const struct catalog *catalog)
{
	size_t i, count = catalog->unread_count;
	const struct catalog_entry *newest = catalog_newest(catalog, NULL);
	unsigned long long number;
	char hex[DIGEST_HEX_SIZE];

	for (i = 0; i < count && i < SHOWN; i++) {
		digest_hex(&catalog->unread[i].id, hex);
		number = catalog->unread[i].number;
		if (number > 0)
			log_line(LOG_WARN,
			    "no usable peer gives snapshot %llu whole, "
			    "id:%.*s",
			    number, ID_SHOWN, hex);
		else
			log_line(LOG_WARN,
			    "no usable peer gives the snapshot id:%.*s whole; "
			    "it may be newer than %llu",
			    ID_SHOWN, hex,
			    newest ? (unsigned long long)newest->number : 0);
	}
	if (count > SHOWN)
		log_line(LOG_WARN, "nor %zu others", count - SHOWN);
}

void
catalog_explain(const struct catalog *catalog, struct holders *holders)
{
	const struct catalog_entry *entry = catalog_newest(catalog, NULL);
	size_t usable = holders_usable(holders);

	explain_chain(catalog);
	catalog_explain_unread(catalog);
	if (entry != NULL && entry->holders < usable)
		log_line(LOG_WARN,
		    "%zu of %zu usable peers do not have the newest snapshot, "
		    "%llu",
		    usable - entry->holders, usable,
		    (unsigned long long)entry->number);
}
