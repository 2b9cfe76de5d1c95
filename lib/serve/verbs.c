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

/* A shard is one by its name: the owner's word, or that of an index. */
bool
verbs_looks_into(const struct verbs *verbs, const struct request *request)
{
	return request->shelf != STORE_SHARDS ||
	    (verbs->owner != verbs->peer &&
		request->body.size != sizeof(struct digest));
}

int
verbs_put_begin(struct verbs *verbs, const struct request *request,
    struct span payload)
{
	if (accept_check(&verbs->accept, request, payload,
		verbs->owner == verbs->peer) != 0)
		return -1;
	return puts_begin(&verbs->puts, verbs->store, request, verbs->owner);
}

static int
do_put(struct verbs *verbs, const struct request *request, struct span payload)
{
	struct puts *puts = &verbs->puts;

	if (!puts_coming(puts) &&
	    (verbs_put_begin(verbs, request, payload) != 0 ||
		puts_part(puts, payload) != 0))
		return -1;
	return puts_end(puts);
}

/* Make it last, then sign for it. */
static int
commit(struct verbs *verbs)
{
	struct receipt receipt = {
	    .owner = verbs->puts.owner,
	    .time = (uint64_t)time(NULL),
	    .ids = span_of_buf(&verbs->puts.ids),
	};
	int result = store_commit(verbs->store);

	authority_forget(&verbs->authority);
	accept_forget(&verbs->accept);
	if (result == 0 && verbs->puts.ids.size > 0)
		result = receipt_encode(&receipt, verbs->scalar, &verbs->body);
	return result;
}

/* Where there was none, what was put waits on, and counts. */
static int
do_commit(struct verbs *verbs, const struct request *request)
{
	int result = puts_found(&verbs->puts, verbs->store, request);

	if (result == 0) {
		result = commit(verbs);
		verbs->puts.count = 0;
	}
	verbs->puts.ids.size = 0;
	return result;
}

/* What cannot be read is told from what is not there. */
static int
do_get(struct verbs *verbs, const struct request *request)
{
	struct store_key key = puts_key(request);
	int got = store_depart(verbs->store, &key, (size_t)request->size,
	    &verbs->departure, &verbs->payload);

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
	puts_stop(&verbs->puts);
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
	reply->payload = verbs->payload.size + verbs->departure.left;
}

void
verbs_release(struct verbs *verbs)
{
	authority_release(&verbs->authority);
	accept_release(&verbs->accept);
	puts_release(&verbs->puts);
	departure_release(&verbs->departure);
	buf_release(&verbs->body);
	buf_release(&verbs->payload);
}
