/* SPDX-License-Identifier: ISC */
#include "peer/peer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"

#define BLANKS " \t\r"

/*
 * Cut the next word off `text`, without its double quotes; NULL at the end of
 * the line, where a comment is part of it. `text` is NULL behind a quote that
 * is not closed.
 */
static char *
next_word(char **text)
{
	char *from, *to, *word;
	bool quoted = false;

	if (*text == NULL)
		return NULL;
	word = from = to = *text + strspn(*text, BLANKS);
	if (*from == '\0' || *from == '#')
		return NULL;
	for (; *from != '\0'; from++) {
		if (!quoted && strchr(BLANKS, *from) != NULL)
			break;
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*text = quoted ? NULL : from + (*from != '\0');
	*to = '\0';
	return word;
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
	return memory_text(&peer->name, word);
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

static bool
is_command(const char *address)
{
	return strncmp(address, "exec:", 5) == 0;
}

static int
add_address(struct peer *peer, const char *address)
{
	if (peer->addresses == PEER_ADDRESSES)
		return fail(FAIL_USAGE, "'%s' has more than %d addresses",
		    peer->name, PEER_ADDRESSES);
	if (strncmp(address, "dir:", 4) == 0) {
		if (address[4] != '/')
			return fail(FAIL_USAGE, "'%s' is not an absolute path",
			    address + 4);
		if (peer->has_id)
			return fail(FAIL_USAGE, "the id of a dir: peer is '-'");
	} else if (!peer->has_id) {
		fail(FAIL_USAGE, "'%s' needs an id: only dir: peers have none",
		    peer->name);
		return fail_hint("a folder is written dir:/path, and has no "
				 "comma: give it another name by a link");
	}
	return memory_text(&peer->address[peer->addresses++], address);
}

static int
parse_addresses(struct peer *peer, char *word)
{
	char *comma;

	if (word == NULL)
		return fail(FAIL_USAGE, "'%s' has no address", peer->name);
	if (peer->has_id && strcmp(word, "-") == 0)
		return 0;
	for (; word != NULL; word = comma) {
		comma = is_command(word) ? NULL : strchr(word, ',');
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
parse_watch(struct peer *peer, const char *value)
{
	peer->watch = strcmp(value, "yes") == 0;
	if (peer->watch || strcmp(value, "no") == 0)
		return 0;
	return fail(FAIL_USAGE, "watch is 'yes' or 'no', not '%s'", value);
}

static int
parse_option(struct peer *peer, char *word)
{
	char *value = strchr(word, '=');

	if (value == NULL) {
		fail(FAIL_USAGE, "'%s' is not key=value", word);
		return fail_hint("a path with blanks needs double quotes");
	}
	*value++ = '\0';
	if ((strcmp(word, "store") == 0 && peer->store != 0) ||
	    (strcmp(word, "give") == 0 && peer->give != 0) ||
	    (strcmp(word, "site") == 0 && peer->site != NULL) ||
	    (strcmp(word, "watch") == 0 && peer->watch))
		return fail(FAIL_USAGE, "'%s' is given twice", word);
	if (strcmp(word, "store") == 0)
		return number_parse("store", value, 1, INT64_MAX, &peer->store);
	if (strcmp(word, "give") == 0)
		return number_parse("give", value, 1, INT64_MAX, &peer->give);
	if (strcmp(word, "site") == 0 && *value != '\0')
		return memory_text(&peer->site, value);
	if (strcmp(word, "watch") == 0)
		return parse_watch(peer, value);
	return fail(FAIL_USAGE, "unknown key '%s' (store, give, site, watch)",
	    word);
}

int
peer_parse(struct peer *peer, char *line)
{
	char *word;

	*peer = (struct peer){0};
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
	return line != NULL ? 0 : fail(FAIL_USAGE, "a quote is not closed");
}

int
peer_dir(struct peer *peer, const char *name, const char *path)
{
	size_t size = strlen(path) + sizeof "dir:";

	peer->address[0] = memory_get(1, size);
	if (peer->address[0] == NULL)
		return -1;
	peer->addresses = 1;
	snprintf(peer->address[0], size, "dir:%s", path);
	return memory_text(&peer->name, name);
}

void
peer_release(struct peer *peer)
{
	size_t i;

	for (i = 0; i < peer->addresses; i++)
		free(peer->address[i]);
	free(peer->name);
	free(peer->site);
}

bool
peer_is_guest(const struct peer *peer)
{
	return peer->addresses == 0 && peer->give > 0 && peer->store == 0;
}

static int
add(struct buf *to, const char *key, const char *text)
{
	return buf_append(to, span_of_text(key)) != 0
	    ? -1
	    : buf_append(to, span_of_text(text));
}

static int
add_size(struct buf *to, const char *key, uint64_t size)
{
	char text[NUMBER_EXACT_TEXT];

	if (size == 0)
		return 0;
	number_exact_text(size, text);
	return add(to, key, text);
}

static int
add_addresses(struct buf *to, const struct peer *peer)
{
	size_t i;

	if (peer->addresses == 0)
		return add(to, " ", "-");
	for (i = 0; i < peer->addresses; i++)
		if (add(to, i == 0 ? " " : ",", peer->address[i]) != 0)
			return -1;
	return 0;
}

static int
add_site(struct buf *to, const char *site)
{
	if (site == NULL)
		return 0;
	return add(to, " site=\"", site) != 0 ? -1 : add(to, "\"", "");
}

int
peer_encode(const struct peer *peer, struct buf *to)
{
	char id[BASE32_TEXT] = "-";

	if (peer->has_id)
		base32_encode(BASE32_ID, peer->id.byte, id);
	if (add(to, peer->name, " ") != 0 || add(to, id, "") != 0 ||
	    add_addresses(to, peer) != 0 ||
	    add_size(to, " store=", peer->store) != 0 ||
	    add_size(to, " give=", peer->give) != 0 ||
	    add_site(to, peer->site) != 0 ||
	    (peer->watch && add(to, " watch=yes", "") != 0))
		return -1;
	return 0;
}
