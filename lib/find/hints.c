/* SPDX-License-Identifier: ISC */
#include "find/hints.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/tool.h"
#include "find/filter.h"
#include "find/wanted.h"
#include "format/found_read.h"
#include "format/found_text.h"
#include "peer/roster.h"

struct hints {
	struct roster *roster;
	struct filter filter;
	size_t taken;
};

static struct peer *
peer_of(struct roster *roster, const struct found *found)
{
	size_t i;

	for (i = 0; found->has_id && i < roster->count; i++)
		if (roster->peer[i].has_id &&
		    digest_equal(&roster->peer[i].id, &found->id))
			return &roster->peer[i];
	return NULL;
}

static bool
has_address(const struct peer *peer, const char *address)
{
	size_t i;

	for (i = 0; i < peer->addresses; i++)
		if (strcmp(peer->address[i], address) == 0)
			return true;
	return false;
}

/*
 * What the user has typed is in the roster already: a record's word that it is
 * there opens nothing. Who says so without a name is one of the programs.
 */
static int
take(void *context, struct found *found)
{
	struct hints *hints = context;
	struct peer *peer = peer_of(hints->roster, found);
	char address[FOUND_TEXT_ADDRESS];

	found->sources &= ~(unsigned)FOUND_STATIC;
	if (found->sources == 0)
		found->sources = FOUND_EXEC;
	if (peer == NULL || !found_has_address(found) ||
	    found->sources & FOUND_GONE ||
	    peer->addresses == PEER_ADDRESSES + PEER_HINTS ||
	    !filter_allows(&hints->filter, found))
		return 0;
	found_text_address(found, address);
	if (has_address(peer, address))
		return 0;
	if (memory_text(&peer->address[peer->addresses], address) != 0)
		return -1;
	peer->addresses++;
	hints->taken++;
	return 0;
}

static void
tell(const struct hints *hints)
{
	const struct peer *peer = hints->roster->peer;
	size_t i;

	log_line(LOG_DETAIL, "%zu addresses were found", hints->taken);
	for (i = 0; i < hints->roster->count; i++, peer++)
		if (peer->addresses == 0 && wanted_is(peer))
			log_line(LOG_WARN,
			    "peer '%s' has no address, and was not found",
			    peer->name);
}

static int
take_file(const char *path, struct hints *hints)
{
	int fd, result;

	if (filter_load(&hints->filter) != 0)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno("cannot open '%s'", path);
	result = found_read_open(fd, path, take, hints);
	close(fd);
	return result;
}

int
hints_load_roster(const char *found, struct roster *roster)
{
	struct hints hints = {.roster = roster};
	char path[FILE_PATH];

	if (tool_path("peers", path) != 0 || roster_load(path, roster) != 0)
		return -1;
	if (found == NULL)
		return 0;
	if (take_file(found, &hints) != 0)
		return -1;
	tell(&hints);
	return 0;
}

int
hints_load_peer(const char *found, struct peer *peer)
{
	struct roster one = {.peer = peer, .count = 1};

	return take_file(found, &(struct hints){.roster = &one});
}
