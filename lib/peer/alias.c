/* SPDX-License-Identifier: ISC */
#include "peer/alias.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "crypto/hmac.h"
#include "peer/roster.h"

#define DAY 86400
#define DAYS 3 /* yesterday, today, tomorrow */

struct alias_entry {
	const struct digest *id;
	char text[ALIAS_TEXT];
};

static void
text_of_day(const struct digest *id, uint64_t day, char text[static ALIAS_TEXT])
{
	char what[40];
	struct digest hmac;
	size_t i;

	snprintf(what, sizeof what, "shardkit alias %llu",
	    (unsigned long long)day);
	hmac = hmac_bytes(span_of_digest(id), span_of_text(what));
	for (i = 0; i < ALIAS_TEXT / 2; i++)
		snprintf(text + 2 * i, 3, "%02x", hmac.byte[i]);
}

void
alias_text(const struct digest *id, uint64_t now, char text[static ALIAS_TEXT])
{
	text_of_day(id, now / DAY, text);
}

static void
fill(struct alias_table *table, uint64_t day)
{
	const struct roster *roster = table->roster;
	struct alias_entry *entry;
	size_t i;

	alias_table_release(table);
	table->entry =
	    memory_get(roster->count * DAYS + 1, sizeof *table->entry);
	table->day = day;
	for (i = 0; table->entry != NULL && i < roster->count * DAYS; i++) {
		if (!roster->peer[i / DAYS].has_id)
			continue;
		entry = &table->entry[table->count++];
		entry->id = &roster->peer[i / DAYS].id;
		text_of_day(entry->id, day + i % DAYS - 1, entry->text);
	}
}

const struct digest *
alias_find(struct alias_table *table, struct span text, uint64_t now)
{
	size_t i;

	if (table->entry == NULL || table->day != now / DAY)
		fill(table, now / DAY);
	for (i = 0; i < table->count; i++)
		if (span_equal(text, span_of_text(table->entry[i].text)))
			return table->entry[i].id;
	return NULL;
}

void
alias_table_release(struct alias_table *table)
{
	free(table->entry);
	table->entry = NULL;
	table->count = 0;
}
