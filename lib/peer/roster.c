/* SPDX-License-Identifier: ISC */
#include "peer/roster.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/number.h"

#define FILE_MAX (1 << 20)
#define BLANKS " \t\r"

/* Cut the next word off `text`; NULL at the end of the line or a comment. */
static char *
next_word(char **text)
{
	char *word = *text + strspn(*text, BLANKS);
	size_t length = strcspn(word, BLANKS);

	if (length == 0 || *word == '#')
		return NULL;
	*text = word + length;
	if (**text != '\0')
		*(*text)++ = '\0';
	return word;
}

static int
copy(char **to, const char *text)
{
	*to = strdup(text);
	return *to ? 0 : fail_errno("cannot get memory");
}

static int
parse_name(struct peer *peer, const char *word)
{
	const char *character;

	for (character = word; *character != '\0'; character++)
		if (!isalnum((unsigned char)*character) &&
		    strchr("._-", *character) == NULL)
			return fail(FAIL_USAGE,
			    "the name '%s' has a '%c' (letters, digits and "
			    "'._-' make names)",
			    word, *character);
	return copy(&peer->name, word);
}

static int
parse_id(struct peer *peer, const char *word)
{
	struct failure reason;

	if (word == NULL)
		return fail(FAIL_USAGE, "'%s' has no id", peer->name);
	peer->has_id = strcmp(word, "-") != 0;
	if (!peer->has_id || base32_decode(BASE32_ID, word, peer->id.byte) == 0)
		return 0;
	reason = *fail_last();
	return fail(FAIL_USAGE, "'%s' is not an id: %s", word, reason.text);
}

static int
add_address(struct peer *peer, const char *address)
{
	if (peer->addresses == ROSTER_ADDRESSES)
		return fail(FAIL_USAGE, "'%s' has more than %d addresses",
		    peer->name, ROSTER_ADDRESSES);
	if (strncmp(address, "dir:", 4) == 0) {
		if (address[4] != '/')
			return fail(FAIL_USAGE, "'%s' is not an absolute path",
			    address + 4);
		if (peer->has_id)
			return fail(FAIL_USAGE, "the id of a dir: peer is '-'");
	} else if (!peer->has_id) {
		return fail(FAIL_USAGE,
		    "'%s' needs an id: only dir: peers have none", peer->name);
	}
	return copy(&peer->address[peer->addresses++], address);
}

static int
parse_addresses(struct peer *peer, char *word)
{
	char *comma;

	if (word == NULL)
		return fail(FAIL_USAGE, "'%s' has no address", peer->name);
	for (; word != NULL; word = comma) {
		comma = strchr(word, ',');
		if (comma != NULL)
			*comma++ = '\0';
		if (*word == '\0')
			return fail(FAIL_USAGE, "'%s' has an empty address",
			    peer->name);
		if (add_address(peer, word) != 0)
			return -1;
	}
	return 0;
}

static int
parse_option(struct peer *peer, char *word)
{
	char *value = strchr(word, '=');

	if (value == NULL)
		return fail(FAIL_USAGE, "'%s' is not key=value", word);
	*value++ = '\0';
	if ((strcmp(word, "store") == 0 && peer->store != 0) ||
	    (strcmp(word, "give") == 0 && peer->give != 0) ||
	    (strcmp(word, "site") == 0 && peer->site != NULL))
		return fail(FAIL_USAGE, "'%s' is given twice", word);
	if (strcmp(word, "store") == 0)
		return number_parse("store", value, 1, INT64_MAX, &peer->store);
	if (strcmp(word, "give") == 0)
		return number_parse("give", value, 1, INT64_MAX, &peer->give);
	if (strcmp(word, "site") == 0 && *value != '\0')
		return copy(&peer->site, value);
	return fail(FAIL_USAGE, "unknown key '%s' (store, give, site)", word);
}

static int
parse_line(struct peer *peer, char *line)
{
	char *word;

	word = next_word(&line);
	if (word == NULL)
		return 0;
	if (parse_name(peer, word) != 0 ||
	    parse_id(peer, next_word(&line)) != 0 ||
	    parse_addresses(peer, next_word(&line)) != 0)
		return -1;
	while ((word = next_word(&line)) != NULL)
		if (parse_option(peer, word) != 0)
			return -1;
	return 0;
}

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

/* The last peer against all before it. */
static int
check_new(const struct roster *roster, const struct peer *new)
{
	const struct peer *old;

	for (old = roster->peer; old < new; old++) {
		if (strcmp(old->name, new->name) == 0)
			return fail(FAIL_USAGE, "the name '%s' is taken",
			    new->name);
		if (old->has_id && new->has_id &&
		    digest_equal(&old->id, &new->id))
			return fail(FAIL_USAGE, "the id is that of '%s'",
			    old->name);
		if (share_address(old, new))
			return fail(FAIL_USAGE, "the address is that of '%s'",
			    old->name);
	}
	return 0;
}

static void
release_peer(struct peer *peer)
{
	size_t i;

	for (i = 0; i < peer->addresses; i++)
		free(peer->address[i]);
	free(peer->name);
	free(peer->site);
}

static int
add_line(struct roster *roster, char *line)
{
	struct peer *peer, *grown;

	if (roster->count == ROSTER_PEERS)
		return fail(FAIL_USAGE, "more than %d peers", ROSTER_PEERS);
	grown = realloc(roster->peer, (roster->count + 1) * sizeof *grown);
	if (grown == NULL)
		return fail_errno("cannot get memory");
	roster->peer = grown;
	peer = &grown[roster->count];
	*peer = (struct peer){0};
	if (parse_line(peer, line) != 0 ||
	    (peer->name != NULL && check_new(roster, peer) != 0)) {
		release_peer(peer);
		return -1;
	}
	roster->count += peer->name != NULL;
	return 0;
}

static int
parse_text(const char *path, char *text, struct roster *roster)
{
	struct failure reason;
	unsigned line;
	char *end;

	for (line = 1; text != NULL; line++, text = end) {
		end = strchr(text, '\n');
		if (end != NULL)
			*end++ = '\0';
		if (add_line(roster, text) == 0)
			continue;
		reason = *fail_last();
		return fail(reason.kind, "%s:%u: %s", path, line, reason.text);
	}
	return 0;
}

int
roster_load(const char *path, struct roster *roster)
{
	struct buf text = {0};
	int result;

	*roster = (struct roster){0};
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		fail(FAIL_USAGE, "there is no roster '%s'", path);
		return fail_hint("write a line for each peer: "
				 "disk1 - dir:/mnt/disk1/store");
	}
	result = file_read(path, FILE_MAX, &text);
	if (result == 0 && memchr(text.data, '\0', text.size) != NULL)
		result = fail(FAIL_DATA, "'%s' is not a text file", path);
	if (result == 0)
		result = buf_append(&text, span_of("", 1));
	if (result == 0)
		result = parse_text(path, (char *)text.data, roster);
	buf_release(&text);
	if (result != 0)
		roster_release(roster);
	return result;
}

void
roster_release(struct roster *roster)
{
	size_t i;

	for (i = 0; i < roster->count; i++)
		release_peer(&roster->peer[i]);
	free(roster->peer);
	*roster = (struct roster){0};
}
