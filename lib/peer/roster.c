/* SPDX-License-Identifier: ISC */
#include "peer/roster.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/regular.h"

#define FILE_MAX (1 << 20)

static bool
share_address(const struct peer *a, const struct peer *b)
{
	size_t i, j;

	for (i = 0; i < a->addresses; i++)
		for (j = 0; j < b->addresses; j++)
			if (strcmp(a->address[i], b->address[j]) == 0)
				return true;
	return false;
}

static bool
share_id(const struct peer *a, const struct peer *b)
{
	return a->has_id && b->has_id && digest_equal(&a->id, &b->id);
}

int
roster_check_addresses(const struct roster *roster, const struct peer *peer)
{
	const struct peer *old = roster->peer;
	size_t i;

	for (i = 0; i < roster->count; i++, old++)
		if (old != peer && !share_id(old, peer) &&
		    share_address(old, peer))
			return fail(FAIL_USAGE, "the address is that of '%s'",
			    old->name);
	return 0;
}

/* The next peer against all before it. */
static int
check_new(const struct roster *roster, const struct peer *new)
{
	const struct peer *old;

	old = roster_named(roster, new->name);
	if (old != NULL)
		return fail(FAIL_USAGE, "the name '%s' is taken", new->name);
	old = new->has_id ? roster_find(roster, &new->id) : NULL;
	if (old != NULL)
		return fail(FAIL_USAGE, "the id is that of '%s'", old->name);
	return roster_check_addresses(roster, new);
}

/* Where a line comes from. */
struct place {
	unsigned line;	  /* 0: no line of `peers` */
	const char *name; /* how its peer must be called, or NULL */
};

static int
add_line(struct roster *roster, char *line, struct place place)
{
	struct peer *peer, *grown;
	int result;

	if (roster->count == ROSTER_PEERS)
		return fail(FAIL_USAGE, "more than %d peers", ROSTER_PEERS);
	grown = memory_more(roster->peer, roster->count + 1, sizeof *grown);
	if (grown == NULL)
		return -1;
	roster->peer = grown;
	peer = &grown[roster->count];
	result = peer_parse(peer, line);
	if (result == 0 && peer->name == NULL)
		return 0;
	if (result == 0 && place.name != NULL &&
	    strcmp(peer->name, place.name) != 0)
		result = fail(FAIL_USAGE,
		    "this file is for the peer '%s', not '%s'", place.name,
		    peer->name);
	if (result == 0)
		result = check_new(roster, peer);
	if (result != 0) {
		peer_release(peer);
		return -1;
	}
	peer->line = place.line;
	roster->count++;
	return 0;
}

/* `name`: as in struct place. */
static int
parse_text(const char *path, char *text, const char *name,
    struct roster *roster)
{
	struct failure reason;
	struct place place = {.name = name};
	unsigned line;
	char *end;

	for (line = 1; text != NULL; line++, text = end) {
		end = strchr(text, '\n');
		if (end != NULL)
			*end++ = '\0';
		place.line = name == NULL ? line : 0;
		if (add_line(roster, text, place) == 0)
			continue;
		reason = *fail_last();
		fail(reason.kind, "%s:%u: %s", path, line, reason.text);
		return reason.hint[0] != '\0' ? fail_hint("%s", reason.hint)
					      : -1;
	}
	return 0;
}

/* A file may be gone by now: nobody is in it. */
static int
load_file(const char *path, const char *name, struct roster *roster)
{
	struct buf text = {0};
	int result;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	result = regular_read_trusted(path, FILE_MAX, &text);
	if (result == 0 && memchr(text.data, '\0', text.size) != NULL)
		result = fail(FAIL_DATA, "'%s' is not a text file", path);
	if (result == 0)
		result = buf_append(&text, span_of("", 1));
	if (result == 0)
		result = parse_text(path, (char *)text.data, name, roster);
	buf_release(&text);
	return result;
}

bool
roster_is_name(const char *name)
{
	size_t length = strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-");

	return length > 0 && length < ROSTER_NAME && name[length] == '\0' &&
	    name[0] != '.' && name[0] != '-' &&
	    (length < 4 || strcmp(name + length - 4, ".new") != 0);
}

static int
is_entry(const struct dirent *entry)
{
	return roster_is_name(entry->d_name);
}

/* In the order of their names, the same every time. */
static int
load_folder(const char *folder, struct roster *roster)
{
	char path[PATH_MAX];
	struct dirent **entry;
	int i, result = 0, count = scandir(folder, &entry, is_entry, alphasort);

	if (count < 0 && errno == ENOENT)
		return 0;
	if (count < 0)
		return fail_errno("cannot read folder '%s'", folder);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%.64s", folder,
		    entry[i]->d_name);
		if (result == 0)
			result = load_file(path, entry[i]->d_name, roster);
		free(entry[i]);
	}
	free(entry);
	return result;
}

int
roster_folder(const char *path, char folder[static FILE_PATH])
{
	return file_path(folder, "%s.d", path);
}

int
roster_load(const char *path, struct roster *roster)
{
	char folder[FILE_PATH];
	int result;

	*roster = (struct roster){0};
	if (roster_folder(path, folder) != 0)
		return -1;
	if (access(path, F_OK) != 0 && errno == ENOENT &&
	    access(folder, F_OK) != 0) {
		fail(FAIL_USAGE, "there is no roster '%s'", path);
		return fail_hint("pair with someone (peer-pair), or write a "
				 "line for each peer: "
				 "disk1 - dir:/mnt/disk1/store");
	}
	result = load_file(path, NULL, roster);
	if (result == 0)
		result = load_folder(folder, roster);
	if (result != 0)
		roster_release(roster);
	return result;
}

void
roster_release(struct roster *roster)
{
	size_t i;

	for (i = 0; i < roster->count; i++)
		peer_release(&roster->peer[i]);
	free(roster->peer);
	*roster = (struct roster){0};
}

bool
roster_is_gone(const char *path, const struct peer *peer)
{
	char folder[FILE_PATH], file[PATH_MAX];

	if (peer->line != 0 || roster_folder(path, folder) != 0)
		return false;
	snprintf(file, sizeof file, "%s/%.64s", folder, peer->name);
	return access(file, F_OK) != 0;
}

void
roster_forget_gone(struct roster *roster, const char *path)
{
	size_t i = roster->count;

	while (i-- > 0) {
		if (!roster_is_gone(path, &roster->peer[i]))
			continue;
		peer_release(&roster->peer[i]);
		roster->peer[i] = roster->peer[--roster->count];
	}
}

const struct peer *
roster_find(const struct roster *roster, const struct digest *id)
{
	size_t i;

	for (i = 0; i < roster->count; i++)
		if (roster->peer[i].has_id &&
		    digest_equal(&roster->peer[i].id, id))
			return &roster->peer[i];
	return NULL;
}

const struct peer *
roster_named(const struct roster *roster, const char *name)
{
	size_t i;

	for (i = 0; i < roster->count; i++)
		if (strcmp(roster->peer[i].name, name) == 0)
			return &roster->peer[i];
	return NULL;
}
