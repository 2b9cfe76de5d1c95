/* SPDX-License-Identifier: ISC */
#include "xfer/pair.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/event.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "crypto/secret.h"
#include "format/pairing.h"
#include "net/address.h"
#include "peer/invite.h"
#include "peer/paired.h"
#include "peer/token.h"

#define REFUSAL_MS 1000 /* that a "no" takes */

static uint64_t
now(void)
{
	return (uint64_t)time(NULL);
}

bool
pair_admits(const struct pair_files *files, const struct digest *id)
{
	return invite_admits(files->invites, id, now());
}

/* "dir" and "exec" are hosts to address_parse, and other kinds to a roster. */
int
pair_check_address(const char *text)
{
	struct address address;

	if (address_parse(text, &address) != 0)
		return -1;
	if (strlen(text) > PAIRING_ADDRESS || address.host[0] == '\0' ||
	    strncmp(text, "dir:", 4) == 0 || strncmp(text, "exec:", 5) == 0 ||
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.:_%[]-")] != '\0')
		return fail(FAIL_USAGE,
		    "'%s' does not tell others where to connect to", text);
	return 0;
}

/* A text off the wire, that must hold no NUL. */
static int
copy_text(struct span text, char *to, size_t size)
{
	if (text.size >= size || memchr(text.data, '\0', text.size) != NULL)
		return fail(FAIL_DATA, "a text is too long or holds a NUL");
	memcpy(to, text.data, text.size);
	to[text.size] = '\0';
	return 0;
}

/* What the other side asks for, as the peer that it wants to be. */
struct guest {
	struct invite invite;
	char wanted[PAIRING_NAME + 1];
	char address[PAIRING_ADDRESS + 1];
	struct peer peer; /* its address is the one above */
};

static int
read_guest(struct guest *guest, const struct pair *pair, struct span body,
    struct digest *hash)
{
	struct pairing_ask ask;

	if (pairing_decode_ask(body, &ask) != 0)
		return -1;
	*hash = token_hash(ask.secret);
	secret_wipe(ask.secret, sizeof ask.secret);
	if (copy_text(ask.name, guest->wanted, sizeof guest->wanted) != 0 ||
	    copy_text(ask.address, guest->address, sizeof guest->address) != 0)
		return -1;
	if (guest->address[0] != '\0' &&
	    pair_check_address(guest->address) != 0)
		return -1;
	guest->peer =
	    (struct peer){.has_id = true, .id = pair->id, .store = ask.give};
	return 0;
}

/* What the invite says goes before what the guest says. */
static int
apply_invite(struct guest *guest)
{
	const struct invite *invite = &guest->invite;
	struct peer *peer = &guest->peer;

	if (invite->store != 0)
		peer->store = invite->store;
	peer->give = invite->give;
	if (invite->name[0] != '\0')
		snprintf(guest->wanted, sizeof guest->wanted, "%s",
		    invite->name);
	if (memory_text(&peer->address[0], guest->address) != 0 ||
	    memory_text(&peer->site, invite->site) != 0)
		return -1;
	peer->addresses = peer->address[0] != NULL;
	return 0;
}

static int
move_on(const struct pair *pair, struct invite *invite, enum invite_state state)
{
	invite->state = state;
	invite->taker = pair->id;
	return invite_save(pair->files->invites, invite);
}

/* What is wrong here is for our own log; a guest hears `told`. */
static int
fail_here(const char *name, enum fail_kind kind, const char *told)
{
	event_write(&(struct event){.level = LOG_WARN,
	    .name = name,
	    .outcome = fail_last()->text});
	return fail(kind, "%s", told);
}

/* Whose address a guest says, and that it is one, is nothing for guests. */
static int
check_guest(const char *roster, struct guest *guest)
{
	if (paired_check(roster, &guest->peer, guest->wanted) == 0)
		return 0;
	if (fail_last()->kind != FAIL_USAGE)
		return -1;
	return fail_here("roster", FAIL_NO,
	    "this holder does not take that address for yours: say another "
	    "with -a, or none");
}

/* Each step lasts before the next one begins: see peer/invite.h. */
static int
write_guest(const struct pair *pair, struct guest *guest)
{
	const char *roster = pair->files->roster;

	if (apply_invite(guest) != 0 || check_guest(roster, guest) != 0)
		return -1;
	if (guest->invite.state == INVITE_OPEN &&
	    move_on(pair, &guest->invite, INVITE_TAKEN) != 0)
		return -1;
	if (paired_put(roster, &guest->peer, NULL) != 0)
		return fail_here("roster", FAIL_SYSTEM,
		    "this holder cannot write its roster: see its log");
	return move_on(pair, &guest->invite, INVITE_DONE);
}

/* Done already: to be told again, unless the peer was removed since. */
static int
repeat(const struct pair *pair, const struct roster *roster,
    struct guest *guest)
{
	const struct peer *peer = roster_find(roster, &pair->id);

	return peer == NULL
	    ? fail(FAIL_NO, "the token is used, and the peer was removed")
	    : memory_text(&guest->peer.name, peer->name);
}

static int
load_roster(const struct pair *pair, struct roster *roster)
{
	if (roster_load(pair->files->roster, roster) == 0)
		return 0;
	return fail_here("roster", FAIL_SYSTEM,
	    "the roster of this holder is faulty");
}

static int
let_in(const struct pair *pair, struct guest *guest, const struct digest *hash)
{
	struct roster roster;
	int result;

	if (invite_load(pair->files->invites, hash, &guest->invite) != 0 ||
	    invite_check(&guest->invite, &pair->id, now()) != 0 ||
	    load_roster(pair, &roster) != 0)
		return -1;
	result = guest->invite.state == INVITE_DONE
	    ? repeat(pair, &roster, guest)
	    : write_guest(pair, guest);
	roster_release(&roster);
	return result;
}

static int
say_yes(struct pair *pair, const struct guest *guest)
{
	struct pairing_yes yes = {
	    .name = span_of_text(guest->peer.name),
	    .give = guest->invite.give,
	};

	snprintf(pair->name, sizeof pair->name, "%s", guest->peer.name);
	return pairing_encode_yes(&yes, &pair->body);
}

static int
answer(struct pair *pair, struct span body)
{
	struct guest guest = {.wanted = ""};
	struct digest hash;
	int lock, result;

	if (read_guest(&guest, pair, body, &hash) != 0)
		return -1;
	lock = file_lock_folder(pair->files->invites);
	if (lock < 0)
		return fail_here("invites", FAIL_SYSTEM,
		    "this holder cannot get at its invites: see its log");
	result = let_in(pair, &guest, &hash);
	close(lock);
	if (result == 0)
		result = say_yes(pair, &guest);
	peer_release(&guest.peer);
	return result;
}

static int
greet(struct pair *pair, const struct request *request)
{
	if (pair->greeted)
		return fail(FAIL_DATA, "'hello' has been said");
	if (request->size != MESSAGE_VERSION)
		return fail(FAIL_DATA, "this holder speaks version %d",
		    MESSAGE_VERSION);
	pair->greeted = true;
	return 0;
}

static int
carry_out(struct pair *pair, const struct request *request)
{
	if (request->verb == VERB_HELLO)
		return greet(pair, request);
	if (!pair->greeted)
		return fail(FAIL_DATA, "'hello' must come first");
	if (request->verb == VERB_PAIR)
		return answer(pair, request->body);
	return fail(FAIL_NO, "you are not in the roster of this holder");
}

void
pair_do(struct pair *pair, const struct request *request, struct reply *reply)
{
	int result;

	pair->body.size = 0;
	result = carry_out(pair, request);
	pair->over = result != 0 || request->verb == VERB_PAIR;
	*reply = (struct reply){.body = span_of_buf(&pair->body)};
	if (result == 0)
		return;
	reply->status = fail_last()->kind;
	reply->body = span_of_text(fail_last()->text);
	poll(NULL, 0, REFUSAL_MS);
}

void
pair_release(struct pair *pair)
{
	buf_release(&pair->body);
}
