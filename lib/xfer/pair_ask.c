/* SPDX-License-Identifier: ISC */
#include "xfer/pair_ask.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"
#include "crypto/refusal.h"
#include "crypto/secret.h"
#include "format/pairing.h"
#include "net/address.h"
#include "peer/paired.h"
#include "peer/token.h"
#include "xfer/pair.h"
#include "xfer/session.h"

#define BODY_SIZE (PAIRING_SECRET + PAIRING_NAME + PAIRING_ADDRESS + 64)
#define CONNECT_MS 10000
#define HANDSHAKE_MS 15000
#define ANSWER_MS 30000

/*
 * Whoever invites lets strangers in only as long as one of its tokens is good.
 * That is its "no", though it comes before a session and nobody signs it.
 */
static int
explain(void)
{
	if (strcmp(fail_last()->text, REFUSAL_UNKNOWN) == 0)
		return fail(FAIL_NO,
		    "the other side lets us not in: the token is used, "
		    "expired or withdrawn");
	return -1;
}

static int
reach(void *context)
{
	return address_connect(context, CONNECT_MS);
}

static struct session *
connect_to(const struct pair_ask *ask, const char *at)
{
	struct address address;
	struct session_options options = {
	    .reach = reach,
	    .context = &address,
	    .scalar = ask->scalar,
	    .peer = &ask->token->id,
	    .handshake_ms = HANDSHAKE_MS,
	    .answer_ms = ANSWER_MS,
	};

	return address_parse(at, &address) == 0 ? session_open(&options) : NULL;
}

/* The failure that is told is that of the token's own address. */
static struct session *
connect_anywhere(const struct pair_ask *ask, bool *found)
{
	struct session *session = connect_to(ask, ask->token->address);
	struct failure reason = *fail_last();
	size_t i;

	*found = session == NULL;
	for (i = 0; session == NULL && i < ask->founds; i++)
		session = connect_to(ask, ask->found[i]);
	if (session == NULL) {
		fail_again(&reason);
		explain();
	}
	return session;
}

static int
read_yes(const struct answer *answer, char us[static ROSTER_NAME],
    uint64_t *give)
{
	struct pairing_yes yes;

	if (pairing_decode_yes(span_of_buf(&answer->body), &yes) != 0)
		return -1;
	memcpy(us, yes.name.data, yes.name.size);
	us[yes.name.size] = '\0';
	*give = yes.give;
	if (roster_is_name(us))
		return 0;
	return fail(FAIL_DATA, "the other side gave us a strange name");
}

/* This machine's name up to its first dot, unless there is another. */
static struct span
our_name(const struct pair_ask *ask, char host[static PAIRING_NAME + 1])
{
	if (ask->as != NULL)
		return span_of_text(ask->as);
	if (gethostname(host, PAIRING_NAME) != 0)
		host[0] = '\0';
	host[PAIRING_NAME] = '\0';
	return span_of(host, strcspn(host, "."));
}

/* The request's body; it holds the secret. */
static int
encode(const struct pair_ask *ask, struct buf *body)
{
	char host[PAIRING_NAME + 1];
	struct pairing_ask say = {
	    .name = our_name(ask, host),
	    .address = span_of_text(ask->address ? ask->address : ""),
	    .give = ask->give,
	};
	int result;

	/* all at once: what grows leaves its bytes behind */
	if (buf_reserve(body, BODY_SIZE) != 0)
		return -1;
	memcpy(say.secret, ask->token->secret, sizeof say.secret);
	result = pairing_encode_ask(&say, body);
	secret_wipe(&say, sizeof say);
	return result;
}

/* What the other side gives us, when it has said yes; and how we got there. */
static int
say(const struct pair_ask *ask, char us[static ROSTER_NAME], uint64_t *give,
    bool *found)
{
	struct session *session = connect_anywhere(ask, found);
	struct request request = {.verb = VERB_PAIR};
	struct answer answer = {0};
	struct buf body = {0};
	int result;

	if (session == NULL)
		return -1;
	result = encode(ask, &body);
	request.body = span_of_buf(&body);
	if (result == 0)
		result = session_call(session, &request, NULL, &answer);
	if (result == 0)
		result = read_yes(&answer, us, give);
	session_close(session);
	answer_release(&answer);
	if (body.data != NULL)
		secret_wipe(body.data, body.capacity);
	buf_release(&body);
	return result;
}

/* The host of the address: what we would call the other side ourselves. */
static void
host_of(const char *address, char host[static TOKEN_ADDRESS])
{
	size_t length = address[0] == '[' ? 0 : strcspn(address, ":");

	memcpy(host, address, length);
	host[length] = '\0';
}

/* The other side as our roster would have it. */
static int
describe(const struct pair_ask *ask, struct peer *peer)
{
	char host[TOKEN_ADDRESS];

	*peer = (struct peer){.has_id = true,
	    .id = ask->token->id,
	    .addresses = 1,
	    .store = ask->store,
	    .give = ask->give};
	host_of(ask->token->address, host);
	if (memory_text(&peer->name, ask->name) != 0 ||
	    memory_text(&peer->site, ask->site) != 0 ||
	    memory_text(&peer->address[0], ask->token->address) != 0)
		return -1;
	return paired_check(ask->roster, peer, host);
}

static int
check(const struct pair_ask *ask)
{
	if (ask->as != NULL && !roster_is_name(ask->as))
		return fail(FAIL_USAGE, "'%s' is not a name for a peer",
		    ask->as);
	if (ask->site != NULL && !roster_is_name(ask->site))
		return fail(FAIL_USAGE, "'%s' is not a name for a site",
		    ask->site);
	if (ask->address != NULL && pair_check_address(ask->address) != 0)
		return -1;
	return pair_check_address(ask->token->address);
}

int
pair_ask(const struct pair_ask *ask, struct peer *peer,
    char us[static ROSTER_NAME])
{
	uint64_t give = 0;
	bool found;

	if (check(ask) != 0 || describe(ask, peer) != 0 ||
	    say(ask, us, &give, &found) != 0)
		return -1;
	if (found) {
		free(peer->address[0]);
		peer->addresses = 0;
	}
	if (ask->store == 0 && give != 0)
		peer->store = give;
	return paired_put(ask->roster, peer, NULL);
}
