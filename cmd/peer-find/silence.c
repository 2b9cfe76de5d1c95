/* SPDX-License-Identifier: ISC */

/* What peer-find says when nobody has answered. */

#include <stdio.h>

#include "asked.h"
#include "base/bytes.h"
#include "find/table.h"
#include "net/lan.h"

#define BEFORE (FOUND_STATIC | FOUND_CACHE | FOUND_STALE)

bool
silence_is(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if ((table->record[i]->found.sources & ~BEFORE) != 0)
			return false;
	return true;
}

/* The links that were asked: one that has both families is one. */
static void
add_links(struct buf *to)
{
	struct lan lan[LAN_MOST];
	int count = lan_list(asked.interface.item, asked.interface.count, lan);
	int i, j;

	buf_print(to, " mdns on");
	for (i = 0; i < count; i++) {
		for (j = 0; lan[j].index != lan[i].index; j++)
			;
		if (j == i)
			buf_print(to, " %s", lan[i].name);
	}
	buf_print(to, count > 0 ? ";" : " no link;");
}

static void
add_list(struct buf *to, const char *kind, const struct tool_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		buf_print(to, " %s '%s';", kind, list->item[i]);
}

void
silence_text(const struct table *table, char text[static SILENCE_TEXT])
{
	struct buf of = {0};

	if (!asked.no_mdns)
		add_links(&of);
	add_list(&of, "dns", &asked.dns);
	add_list(&of, "exec", &asked.exec);
	if (asked.exchange)
		buf_print(&of, " exchange with peers;");
	if (of.size == 0)
		buf_print(&of, " no source;");
	snprintf(text, SILENCE_TEXT, "nobody has answered%s; asked:%.*s",
	    table->forbidden > 0 ? " with an address that may be dialled" : "",
	    (int)of.size - 1, (const char *)of.data);
	buf_release(&of);
}

const char *
silence_hint(void)
{
	if (!asked.no_mdns)
		return "holders are heard that run shard-recv --announce, if "
		       "no "
		       "firewall here drops UDP to port 5353; -d and -e ask "
		       "elsewhere";
	if (asked.dns.count + asked.exec.count > 0)
		return "do these know your holders? without --no-mdns the "
		       "links are asked as well";
	return "leave --no-mdns out, or ask with -d or -e";
}
