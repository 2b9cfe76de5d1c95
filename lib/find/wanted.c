/* SPDX-License-Identifier: ISC */
#include "find/wanted.h"

#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/tool.h"
#include "format/found_text.h"
#include "peer/roster.h"

int
wanted_load_roster(struct roster *roster)
{
	char path[FILE_PATH], folder[FILE_PATH];

	*roster = (struct roster){0};
	if (tool_path("peers", path) != 0 || roster_folder(path, folder) != 0)
		return -1;
	if (access(path, F_OK) != 0 && access(folder, F_OK) != 0)
		return 0;
	return roster_load(path, roster);
}

static bool
is_endpoint(const char *address)
{
	return strncmp(address, "dir:", 4) != 0 &&
	    strncmp(address, "exec:", 5) != 0;
}

bool
wanted_is(const struct peer *peer)
{
	size_t i;

	if (!peer->has_id)
		return false;
	for (i = 0; i < peer->addresses; i++)
		if (!is_endpoint(peer->address[i]))
			return false;
	return !peer_is_guest(peer);
}

static int
add_typed(struct table *table, const struct peer *peer, const char *address)
{
	struct found found = {.has_id = true,
	    .id = peer->id,
	    .sources = FOUND_STATIC,
	    .seen = table->now};

	if (found_text_take_address(address, &found) != 0) {
		log_line(LOG_DETAIL, "peer '%s': %s", peer->name,
		    fail_last()->text);
		return 0;
	}
	found_set(found.via, sizeof found.via, peer->name);
	return table_add(table, &found) < 0 ? -1 : 0;
}

int
wanted_add_typed(struct table *table)
{
	const struct peer *peer = table->roster->peer;
	size_t i, j;

	for (i = 0; i < table->roster->count; i++, peer++)
		for (j = 0; peer->has_id && j < peer->addresses; j++)
			if (is_endpoint(peer->address[j]) &&
			    add_typed(table, peer, peer->address[j]) != 0)
				return -1;
	return 0;
}

size_t
wanted_count(const struct table *table)
{
	size_t i, count = 0;

	for (i = 0; i < table->roster->count; i++)
		count += wanted_is(&table->roster->peer[i]);
	return count;
}

size_t
wanted_found(const struct table *table, unsigned sources,
    enum found_trust trust)
{
	const struct peer *peer = table->roster->peer;
	size_t i, count = 0;

	for (i = 0; i < table->roster->count; i++, peer++)
		count += wanted_is(peer) &&
		    table_has(table, &peer->id, sources, trust);
	return count;
}
