/* SPDX-License-Identifier: ISC */
#include "serve/verbs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"
#include "doc/receipt.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "serve/have.h"
#include "serve/obey.h"
#include "serve/page.h"
#include "serve/prove.h"
#include "serve/tell.h"
#include "serve/votes.h"
#include "xfer/owed.h"

static struct store_key
key_of(const struct request *request)
{
	return (struct store_key){
	    .shelf = (enum store_shelf)request->shelf,
	    .owner = request->owner,
	    .id = digest_from(request->ids.data),
	};
}

static int
do_hello(struct verbs *verbs, const struct request *request)
{
	if (request->size != MESSAGE_VERSION)
		return fail(FAIL_DATA,
		    "version %llu of the dialogue is asked for, this holder "
		    "speaks version %d",
		    (unsigned long long)request->size, MESSAGE_VERSION);
	verbs->greeted = true;
	return 0;
}

/* A receipt is about one owner. */
static int
count_put(struct verbs *verbs, const struct digest *owner)
{
	if (verbs->puts >= LIMIT_REQUEST_IDS)
		return fail(FAIL_DATA, "more than %d puts without a commit",
		    LIMIT_REQUEST_IDS);
	if (verbs->puts > 0 && !digest_equal(&verbs->put_owner, owner))
		return fail(FAIL_DATA, "a commit is for one owner");
	verbs->put_owner = *owner;
	verbs->puts++;
	return 0;
}

static int
note_put(struct verbs *verbs, const struct store_key *key)
{
	if (!owed_for(key->shelf))
		return 0;
	return buf_append(&verbs->put, span_of_digest(&key->id));
}

static int
do_put(struct verbs *verbs, const struct request *request, struct span payload)
{
	struct store_key key = key_of(request);

	if (accept_check(&verbs->accept, request, payload,
		verbs->owner == verbs->peer) != 0 ||
	    count_put(verbs, &key.owner) != 0)
		return -1;
	store_limit(verbs->store, verbs->owner->give,
	    LIMIT_FILES(verbs->owner->give));
	if (store_put(verbs->store, &key, payload) != 0)
		return -1;
	return note_put(verbs, &key);
}

/* Who asks whether something is here may have that signed, too. */
static int
note_found(struct verbs *verbs, const struct request *request)
{
	struct store_key key = {STORE_SHARDS, request->owner, {{0}}};
	size_t i;
	int has;

	if (request->ids.size == 0)
		return 0;
	if (verbs->puts > 0 &&
	    !digest_equal(&verbs->put_owner, &request->owner))
		return fail(FAIL_DATA, "a commit is for one owner");
	if (verbs->put.size + request->ids.size >
	    LIMIT_REQUEST_IDS * sizeof key.id)
		return fail(FAIL_DATA, "more than %d ids for one receipt",
		    LIMIT_REQUEST_IDS);
	verbs->put_owner = request->owner;
	for (i = 0; i < request->ids.size; i += sizeof key.id) {
		key.id = digest_from(request->ids.data + i);
		has = store_has(verbs->store, &key, 0);
		if (has < 0 ||
		    (has == STORE_WHOLE &&
			buf_append(&verbs->put, span_of_digest(&key.id)) != 0))
			return -1;
	}
	return 0;
}

/* Make it last, then sign for it. */
static int
commit(struct verbs *verbs)
{
	struct receipt receipt = {
	    .owner = verbs->put_owner,
	    .time = (uint64_t)time(NULL),
	    .ids = span_of_buf(&verbs->put),
	};
	int result = store_commit(verbs->store);

	authority_forget(&verbs->authority);
	accept_forget(&verbs->accept);
	if (result == 0 && verbs->put.size > 0)
		result = receipt_encode(&receipt, verbs->scalar, &verbs->body);
	return result;
}

/* Where there was none, what was put waits on, and counts. */
static int
do_commit(struct verbs *verbs, const struct request *request)
{
	int result = note_found(verbs, request);

	if (result == 0) {
		result = commit(verbs);
		verbs->puts = 0;
	}
	verbs->put.size = 0;
	return result;
}

/* What cannot be read is told from what is not there. */
static int
do_get(struct verbs *verbs, const struct request *request)
{
	struct store_key key;
	int got;

	key = key_of(request);
	got = store_get(verbs->store, &key, (size_t)request->size,
	    &verbs->payload);
	if (got == 0)
		return fail(FAIL_NO, "it is not here");
	return got < 0 ? -1 : 0;
}

static int
do_have(struct verbs *verbs, const struct request *request)
{
	struct have have = {verbs->store, &verbs->stay};

	return have_answer(&have, request, &verbs->body);
}

static int
do_list(struct verbs *verbs, const struct request *request)
{
	struct digest after;

	after = digest_from(request->ids.data);
	return page_fill(verbs->store, (enum store_shelf)request->shelf,
	    &request->owner, &after, &verbs->body);
}

static int
do_drop(struct verbs *verbs, const struct request *request)
{
	struct obey obey = {verbs->store, verbs->store_path, verbs->id,
	    verbs->peer->give > 0, verbs->keep_dropped};

	if (verbs->no_drop)
		return fail(FAIL_NO,
		    "this holder keeps everything (--no-drop)");
	return obey_order(&obey, request->body);
}

static int
do_ballot(struct verbs *verbs, const struct digest *owner, struct span sent)
{
	return votes_answer(&(struct votes){verbs->store, verbs->store_path,
				&verbs->authority, verbs->scalar, *owner,
				false},
	    sent, &verbs->payload);
}

static int
do_prove(struct verbs *verbs, const struct request *request)
{
	struct prove prove = {verbs->store, verbs->scalar, verbs->budget};

	return prove_answer(&prove, request, &verbs->payload);
}

static int
do_info(struct verbs *verbs, uint64_t room)
{
	struct tell tell = {verbs->store, verbs->store_path, verbs->counts,
	    verbs->peer, verbs->owner};

	return tell_answer(&tell, room, &verbs->body, &verbs->payload);
}

static int
carry_out(struct verbs *verbs, const struct request *request,
    struct span payload)
{
	switch (request->verb) {
	case VERB_HELLO:
		return do_hello(verbs, request);
	case VERB_PUT:
		return do_put(verbs, request, payload);
	case VERB_COMMIT:
		return do_commit(verbs, request);
	case VERB_GET:
		return do_get(verbs, request);
	case VERB_HAVE:
		return do_have(verbs, request);
	case VERB_LIST:
		return do_list(verbs, request);
	case VERB_DROP:
		return do_drop(verbs, request);
	case VERB_PROVE:
		return do_prove(verbs, request);
	case VERB_BALLOT:
		return do_ballot(verbs, &request->owner, payload);
	case VERB_INFO:
		return do_info(verbs, request->size);
	case VERB_PEERS:
		return known_answer(&verbs->known, &verbs->id, verbs->scalar,
		    (uint64_t)time(NULL), &verbs->body);
	default:
		return fail(FAIL_NO, "this holder cannot '%s' yet",
		    message_verb_name(request->verb));
	}
}

void
verbs_refuse(struct verbs *verbs, struct reply *reply)
{
	const struct failure *failure = fail_last();
	bool hint = failure->hint[0] != '\0';

	snprintf(verbs->words, sizeof verbs->words, "%s%s%s%s", failure->text,
	    hint ? " (" : "", failure->hint, hint ? ")" : "");
	*reply = (struct reply){.status = failure->kind,
	    .body = span_of_text(verbs->words)};
}

/* Why a file cannot be read, and which, is for the holder's own log. */
static void
hide_reason(struct reply *reply)
{
	if (reply->status != FAIL_NO)
		*reply = (struct reply){.status = FAIL_DATA,
		    .body = span_of_text("it cannot be read whole")};
}

void
verbs_do(struct verbs *verbs, const struct request *request,
    struct span payload, struct reply *reply)
{
	verbs->body.size = 0;
	verbs->payload.size = 0;
	*reply = (struct reply){0};
	if (carry_out(verbs, request, payload) != 0) {
		verbs_refuse(verbs, reply);
		if (request->verb == VERB_GET)
			hide_reason(reply);
		return;
	}
	reply->body = span_of_buf(&verbs->body);
	reply->payload = verbs->payload.size;
}

void
verbs_release(struct verbs *verbs)
{
	authority_release(&verbs->authority);
	accept_release(&verbs->accept);
	buf_release(&verbs->put);
	buf_release(&verbs->body);
	buf_release(&verbs->payload);
}
