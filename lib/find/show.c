/* SPDX-License-Identifier: ISC */
#include "find/show.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "find/ranking.h"
#include "find/wanted.h"
#include "format/found_text.h"
#include "peer/roster.h"

static int
add(const struct table *table, enum report_style style,
    const struct found *found, struct buf *rows)
{
	const struct peer *peer =
	    found->has_id ? roster_find(table->roster, &found->id) : NULL;

	return found_text_write(style, found, peer ? peer->name : NULL, rows);
}

static int
add_ranked(const struct table *table, enum report_style style, struct buf *rows)
{
	struct table_record **list = memory_get(table->count + 1, sizeof *list);
	size_t i;
	int result;

	if (list == NULL)
		return -1;
	result = ranking_list(table, list);
	for (i = 0; result == 0 && i < table->count; i++)
		result = add(table, style, &list[i]->found, rows);
	free(list);
	return result;
}

static int
add_missing(const struct table *table, enum report_style style,
    struct buf *rows)
{
	const struct peer *peer = table->roster->peer;
	struct found found = {.has_id = true,
	    .sources = FOUND_STATIC,
	    .trust = FOUND_WANTED,
	    .seen = table->now};
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < table->roster->count; i++, peer++) {
		if (!wanted_is(peer) ||
		    table_has(table, &peer->id, ~0u, FOUND_HINT))
			continue;
		found.id = peer->id;
		result = add(table, style, &found, rows);
	}
	return result;
}

int
show_all(const struct table *table, enum report_style style, int fd)
{
	struct buf rows = {0};
	int result = add_ranked(table, style, &rows);

	if (result == 0)
		result = add_missing(table, style, &rows);
	if (result == 0)
		result = file_write(fd, span_of_buf(&rows));
	buf_release(&rows);
	return result;
}

int
show_one(const struct table *table, enum report_style style,
    const struct found *found, int fd)
{
	struct buf row = {0};
	int result = add(table, style, found, &row);

	if (result == 0)
		result = file_write(fd, span_of_buf(&row));
	buf_release(&row);
	return result;
}

void
show_passed_over(const struct table *table)
{
	if (table->forbidden > 0)
		log_line(LOG_DETAIL,
		    "%zu addresses were passed over: they are not to be "
		    "dialled",
		    table->forbidden);
	if (table->crowded > 0)
		log_line(LOG_DETAIL,
		    "%zu addresses were passed over: one peer, or one network, "
		    "has too many",
		    table->crowded);
}
