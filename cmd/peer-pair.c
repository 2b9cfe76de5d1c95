/* SPDX-License-Identifier: ISC */

/* Make two machines peers of each other, by a token that one person gives. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/secret.h"
#include "find/hints.h"
#include "peer/keys.h"
#include "peer/paired.h"
#include "xfer/pair_ask.h"
#include "xfer/pair_invite.h"

#define HOUR 3600
#define MONTH (31 * 86400)

static const char *store_text, *give_text, *site_text, *name_text, *as_text;
static const char *expires_text, *address_text, *found_text;

static const struct tool_option options[] = {
    {'a', "address", "HOST:PORT", "where the peer reaches this machine",
	&address_text, NULL, NULL},
    {'g', "give", "SIZE", "what the peer may put here", &give_text, NULL, NULL},
    {'s', "store", "SIZE", "what we may put there", &store_text, NULL, NULL},
    {'S', "site", "NAME", "what it fails together with", &site_text, NULL,
	NULL},
    {'n', "name", "NAME", "call the peer so", &name_text, NULL, NULL},
    {'A', "as", "NAME", "be called so by the peer", &as_text, NULL, NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {'e', "expires", "TIME", "how long the token is good (1h)", &expires_text,
	NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "peer-pair",
    .synopsis = "invite [-a HOST:PORT] [-g SIZE] [-s SIZE] [-S SITE] [-n NAME] "
		"[-e TIME]\n"
		"accept [-a HOST:PORT] [-g SIZE] [-s SIZE] [-S SITE] [-n NAME] "
		"[-A NAME] [-p FILE] [file]\n"
		"remove NAME",
    .purpose = "Make two machines peers of each other, by a token that one "
	       "person gives.",
    .options = options,
    .operands_max = -1,
};

static char peers[FILE_PATH], invites[FILE_PATH];
static uint64_t store_size, give_size, expires_in = HOUR;

static int
parse_size(const char *what, const char *text, uint64_t *size)
{
	return text ? number_parse(what, text, 1, INT64_MAX, size) : 0;
}

static int
parse_options(void)
{
	if (expires_text != NULL &&
	    number_parse_span("--expires", expires_text, 1, MONTH,
		&expires_in) != 0)
		return -1;
	if (parse_size("--store", store_text, &store_size) != 0 ||
	    parse_size("--give", give_text, &give_size) != 0 ||
	    tool_path("peers", peers) != 0)
		return -1;
	return tool_path("invites", invites);
}

/* At once, so that an invite whose token is lost can be taken back. */
static int
print_token(const struct token *token)
{
	char text[TOKEN_TEXT];
	int result;

	if (token_encode(token, text) != 0)
		return -1;
	setvbuf(stdout, NULL, _IONBF, 0);
	result = printf("%s\n", text) < 0 ? fail_errno("cannot write") : 0;
	secret_wipe(text, sizeof text);
	return result;
}

static int
make_invite(struct token *token)
{
	struct pair_invite terms = {
	    .roster = peers,
	    .invites = invites,
	    .address = address_text,
	    .name = name_text,
	    .site = site_text,
	    .store = store_size,
	    .give = give_size,
	    .seconds = expires_in,
	};
	struct invite invite;
	char until[NUMBER_TIME_TEXT];

	if (pair_invite(&terms, token, &invite) != 0)
		return -1;
	if (print_token(token) != 0) {
		invite_remove(invites, &invite.hash);
		return -1;
	}
	number_time_text(invite.expires, until);
	log_line(LOG_NOTE,
	    "for one who connects to '%s', once, until %s: whoever has it can "
	    "become a peer",
	    token->address, until);
	return 0;
}

static int
print_peer(const struct peer *peer)
{
	struct buf line = {0};
	int result = peer_encode(peer, &line);

	if (result == 0)
		printf("%.*s\n", (int)line.size, (char *)line.data);
	buf_release(&line);
	return result;
}

static int
accept_token(const struct token *token, const struct secret *scalar)
{
	struct peer found = {.has_id = true, .id = token->id};
	struct pair_ask ask = {
	    .roster = peers,
	    .scalar = scalar,
	    .token = token,
	    .as = as_text,
	    .address = address_text,
	    .name = name_text,
	    .site = site_text,
	    .store = store_size,
	    .give = give_size,
	};
	char us[ROSTER_NAME];
	struct peer peer = {0};
	int result = found_text ? hints_load_peer(found_text, &found) : 0;

	ask.found = found.address;
	ask.founds = found.addresses;
	if (result == 0)
		result = pair_ask(&ask, &peer, us);
	if (result == 0)
		result = print_peer(&peer);
	if (result == 0)
		log_line(LOG_NOTE, "paired with '%s', where we are '%s'",
		    peer.name, us);
	peer_release(&peer);
	peer_release(&found);
	return result;
}

/* Tokens go in by a file or by stdin, never by the command line. */
static int
read_token(int argc, char **argv, struct token *token)
{
	int fd = tool_input(argc, argv), result;

	if (fd < 0)
		return -1;
	if (isatty(fd))
		log_line(LOG_NOTE, "paste the token, then Enter");
	result = token_read(fd, token);
	if (fd != STDIN_FILENO)
		close(fd);
	return result;
}

static int
invite_or_accept(bool invite, int argc, char **argv)
{
	struct token token = {.address = ""};
	struct secret scalar;
	struct digest id;
	int result = keys_load(&scalar, &id);

	if (result == 0 && invite) {
		token.id = id;
		result = make_invite(&token);
	} else if (result == 0) {
		result = read_token(argc, argv, &token);
		if (result == 0 && digest_equal(&token.id, &id))
			result = fail(FAIL_NO,
			    "this machine made the token: it is for another");
		if (result == 0)
			result = accept_token(&token, &scalar);
	}
	secret_wipe(&token, sizeof token);
	secret_wipe(&scalar, sizeof scalar);
	return result;
}

/* There everyone can see it, and it stays in the shell's history. */
static int
refuse_token(char *operand)
{
	if (!token_is_meant(operand))
		return 0;
	secret_wipe(operand, strlen(operand));
	fail(FAIL_USAGE,
	    "a token does not belong on the command line, where "
	    "others see it");
	return fail_hint("pipe it in, or type 'peer-pair accept' and paste it; "
			 "ask for a new one if others use this machine");
}

static int
run(const char *verb, int argc, char **argv)
{
	bool accept = strcmp(verb, "accept") == 0;
	bool invite = strcmp(verb, "invite") == 0;
	bool remove = strcmp(verb, "remove") == 0;

	if (!accept && !invite && !remove)
		return fail(FAIL_USAGE, "say one of: invite, accept, remove");
	if (argc > 0 && refuse_token(argv[0]) != 0)
		return -1;
	if (argc > !invite)
		return tool_unexpected(argv[!invite]);
	if (((as_text || found_text) && !accept) || (expires_text && !invite) ||
	    (remove &&
		(store_text || give_text || site_text || name_text ||
		    address_text)))
		return fail(FAIL_USAGE, "an option does not go with '%s'",
		    verb);
	if (remove && argc == 0)
		return fail(FAIL_USAGE, "say which peer to remove");
	if (parse_options() != 0)
		return -1;
	return remove ? paired_drop(peers, argv[0])
		      : invite_or_accept(invite, argc, argv);
}

/* Options may stand before the verb, and behind it. */
int
main(int argc, char **argv)
{
	const char *verb;
	int status;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	verb = argc > 0 ? argv[0] : "";
	if (argc > 0 && !tool_start(&tool, &argc, &argv, &status))
		return status;
	return tool_end(run(verb, argc, argv));
}
