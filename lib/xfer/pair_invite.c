/* SPDX-License-Identifier: ISC */
#include "xfer/pair_invite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "peer/paired.h"
#include "xfer/pair.h"

#define PORT ":7117" /* what shard-recv(1) suggests */

static int
set_address(struct token *token, const char *address)
{
	char host[TOKEN_ADDRESS - sizeof PORT] = "";

	if (address != NULL && pair_check_address(address) != 0)
		return -1;
	gethostname(host, sizeof host - 1);
	snprintf(token->address, TOKEN_ADDRESS, "%s%s",
	    address != NULL ? address : host, address != NULL ? "" : PORT);
	return pair_check_address(token->address);
}

static int
copy(char *to, size_t size, const char *what, const char *text)
{
	if (text == NULL)
		return 0;
	if (strlen(text) >= size || !roster_is_name(text))
		return fail(FAIL_USAGE,
		    "the %s '%s' is not up to %zu letters, digits and '._-', "
		    "the first a letter or digit",
		    what, text, size - 1);
	strcpy(to, text);
	return 0;
}

int
pair_invite(const struct pair_invite *options, struct token *token,
    struct invite *invite)
{
	struct peer peer = {.name = invite->name};

	*invite = (struct invite){
	    .expires = (uint64_t)time(NULL) + options->seconds,
	    .store = options->store,
	    .give = options->give,
	};
	if (set_address(token, options->address) != 0 ||
	    copy(invite->name, sizeof invite->name, "name", options->name) !=
		0 ||
	    copy(invite->site, sizeof invite->site, "site", options->site) != 0)
		return -1;
	if (options->name != NULL &&
	    paired_check(options->roster, &peer, NULL) != 0)
		return -1;
	return invite_create(options->invites, invite, token->secret);
}
