/* SPDX-License-Identifier: ISC */
#include "peer/paired.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "peer/roster.h"

#define WANTED_MAX 40 /* characters of a wanted name: a number may follow */
#define ID_CHARACTERS 8

/* What is wanted as a name that a file may have; else some of the id. */
static void
make_name(const struct digest *id, const char *wanted,
    char name[static ROSTER_NAME])
{
	char text[BASE32_TEXT];
	size_t i;

	if (wanted == NULL)
		wanted = "";
	wanted += strspn(wanted, ".-");
	for (i = 0; wanted[i] != '\0' && i < WANTED_MAX; i++)
		name[i] = (char)(isalnum((unsigned char)wanted[i]) ||
			    strchr("._", wanted[i]) != NULL
			? wanted[i]
			: '-');
	name[i] = '\0';
	if (roster_is_name(name))
		return;
	base32_encode(BASE32_ID, id->byte, text);
	snprintf(name, ROSTER_NAME, "%.*s", ID_CHARACTERS, text);
}

static int
choose_name(const struct roster *roster, struct peer *peer, const char *wanted)
{
	char base[ROSTER_NAME], name[ROSTER_NAME + 8];
	unsigned number;

	if (peer->name != NULL && !roster_is_name(peer->name))
		return fail(FAIL_USAGE,
		    "'%s' is not a name for a peer (up to 64 letters, digits "
		    "and "
		    "'._-', a letter or digit first)",
		    peer->name);
	if (peer->name != NULL && roster_named(roster, peer->name) == NULL)
		return 0;
	if (peer->name != NULL) {
		fail(FAIL_NO, "the name '%s' is taken in the roster",
		    peer->name);
		return fail_hint("another --name; or, if that one has got new "
				 "keys, first: peer-pair remove %s",
		    peer->name);
	}
	make_name(&peer->id, wanted, base);
	snprintf(name, sizeof name, "%s", base);
	for (number = 2; roster_named(roster, name) != NULL; number++)
		snprintf(name, sizeof name, "%s-%u", base, number);
	return memory_text(&peer->name, name);
}

/* What is left open stays as it was. */
static int
merge(const struct peer *old, struct peer *peer)
{
	peer->store = peer->store != 0 ? peer->store : old->store;
	peer->give = peer->give != 0 ? peer->give : old->give;
	if (peer->site == NULL && old->site != NULL &&
	    memory_text(&peer->site, old->site) != 0)
		return -1;
	if (peer->addresses > 0)
		return 0;
	for (; peer->addresses < old->addresses; peer->addresses++)
		if (memory_text(&peer->address[peer->addresses],
			old->address[peer->addresses]) != 0)
			return -1;
	return 0;
}

static int
renew(const struct peer *old, struct peer *peer)
{
	if (peer->name != NULL && strcmp(peer->name, old->name) != 0) {
		fail(FAIL_NO, "this id is '%s' in the roster already",
		    old->name);
		return fail_hint("leave --name out, or remove '%s' first",
		    old->name);
	}
	if (peer->name == NULL && memory_text(&peer->name, old->name) != 0)
		return -1;
	if (merge(old, peer) != 0)
		return -1;
	peer->line = old->line;
	if (old->line == 0 ||
	    (peer->store == old->store && peer->give == old->give))
		return 0;
	fail(FAIL_NO, "'%s' stands in the roster with other sizes", old->name);
	return fail_hint("edit line %u of the file 'peers'", old->line);
}

/* Nobody needs to be a peer yet. */
static int
load(const char *path, struct roster *roster)
{
	char folder[FILE_PATH];

	*roster = (struct roster){0};
	if (roster_folder(path, folder) != 0)
		return -1;
	if (access(path, F_OK) != 0 && access(folder, F_OK) != 0)
		return 0;
	return roster_load(path, roster);
}

int
paired_check(const char *roster_path, struct peer *peer, const char *wanted)
{
	struct roster roster;
	const struct peer *old;
	int result;

	if (load(roster_path, &roster) != 0)
		return -1;
	old = roster_find(&roster, &peer->id);
	if (old != NULL)
		result = renew(old, peer);
	else
		result = choose_name(&roster, peer, wanted);
	if (result == 0)
		result = roster_check_addresses(&roster, peer);
	roster_release(&roster);
	return result;
}

static int
write_file(const char *folder, const struct peer *peer)
{
	char path[PATH_MAX];
	struct buf line = {0};
	int result;

	snprintf(path, sizeof path, "%s/%s", folder, peer->name);
	result = peer_encode(peer, &line);
	if (result == 0)
		result = buf_append(&line, span_of("\n", 1));
	if (result == 0)
		result = file_put(path, span_of_buf(&line), 0600, FILE_REPLACE);
	buf_release(&line);
	return result;
}

int
paired_put(const char *roster_path, struct peer *peer, const char *wanted)
{
	char folder[FILE_PATH];
	int lock, result;

	if (roster_folder(roster_path, folder) != 0)
		return -1;
	lock = file_lock_folder(folder);
	if (lock < 0)
		return -1;
	file_clean_folder(folder);
	result = paired_check(roster_path, peer, wanted);
	if (result == 0 && peer->line == 0)
		result = write_file(folder, peer);
	close(lock);
	return result;
}

/* Why there is nothing to remove. */
static int
explain(const char *roster_path, const char *name)
{
	struct roster roster;
	const struct peer *peer;

	if (roster_load(roster_path, &roster) != 0)
		return -1;
	peer = roster_named(&roster, name);
	fail(FAIL_NO, "there is no peer '%s'", name);
	if (peer != NULL) {
		fail(FAIL_NO, "'%s' was not paired: it stands in '%s'", name,
		    roster_path);
		fail_hint("remove line %u of that file", peer->line);
	}
	roster_release(&roster);
	return -1;
}

int
paired_drop(const char *roster_path, const char *name)
{
	char folder[FILE_PATH], path[PATH_MAX];
	int lock, result;

	if (roster_folder(roster_path, folder) != 0)
		return -1;
	if (!roster_is_name(name) || access(folder, F_OK) != 0)
		return explain(roster_path, name);
	lock = file_lock_folder(folder);
	if (lock < 0)
		return -1;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	result = unlink(path);
	if (result == 0)
		result = file_sync_folder(folder);
	else if (errno == ENOENT)
		result = explain(roster_path, name);
	else
		fail_errno("cannot remove '%s'", path);
	close(lock);
	return result;
}
