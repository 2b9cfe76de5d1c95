/* SPDX-License-Identifier: ISC */

/* shard-vote repairs: what a certificate says is to be rebuilt. */

#include "base/tool.h"
#include "poll/follow.h"
#include "site.h"
#include "verbs.h"

int
verb_repairs(int argc, char **argv)
{
	const char *path = verb_operand(argc, argv, "certificate");
	char folder[FILE_PATH], members[FILE_PATH];
	struct site site = {.holders = {0}};
	static struct follow follow;
	struct buf rows = {0};
	int result;

	if (path == NULL || tool_path("polls", folder) != 0 ||
	    tool_path("members", members) != 0)
		return -1;
	result = site_open(&site);
	follow.holders = &site.holders;
	follow.owner = follow.self = site.owner;
	follow.folder = folder;
	follow.members = asked.members != NULL ? asked.members : members;
	if (result == 0)
		result = follow_load(&follow, path);
	holders_explain(&site.holders);
	if (result == 0) {
		follow_explain(&follow);
		result = follow_rows(&follow, &site.roster, asked.style, &rows);
	}
	if (result == 0)
		result = verb_print(&rows);
	buf_release(&rows);
	follow_release(&follow);
	site_close(&site);
	return result;
}
