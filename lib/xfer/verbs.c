/* SPDX-License-Identifier: ISC */
#include "xfer/verbs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"
#include "doc/order.h"
#include "doc/receipt.h"
#include "format/limits.h"
#include "peer/roster.h"
#include "xfer/info.h"

#define ORDER_AGE (24 * 3600) /* seconds that clocks may differ */

static struct store_key
key_of(const struct request *request, size_t i)
{
	return (struct store_key){
	    .shelf = (enum store_shelf)request->shelf,
	    .owner = request->owner,
	    .id = digest_from(request->ids.data + i * 32),
	};
}

static int
need_one_id(const struct request *request)
{
	if (request->ids.size == sizeof(struct digest))
		return 0;
	return fail(FAIL_DATA, "'%s' is about one id",
	    message_verb_name(request->verb));
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
	if (verbs->peer->give > 0)
		store_limit(verbs->store, verbs->peer->give);
	return 0;
}

static int
do_put(struct verbs *verbs, const struct request *request, struct span payload)
{
	struct store_key key;

	if (need_one_id(request) != 0)
		return -1;
	if (verbs->peer->give == 0) {
		fail(FAIL_NO, "this holder gives you no space");
		return fail_hint("its roster needs give=SIZE for you");
	}
	if (verbs->put.size >= LIMIT_REQUEST_IDS * sizeof key.id)
		return fail(FAIL_DATA, "more than %d puts without a commit",
		    LIMIT_REQUEST_IDS);
	key = key_of(request, 0);
	if (store_put(verbs->store, &key, payload) != 0)
		return -1;
	return buf_append(&verbs->put, span_of_digest(&key.id));
}

/* Make it last, then sign for it. */
static int
do_commit(struct verbs *verbs)
{
	struct receipt receipt = {
	    .owner = verbs->peer->id,
	    .time = (uint64_t)time(NULL),
	    .ids = span_of_buf(&verbs->put),
	};
	int result = store_commit(verbs->store);

	if (result == 0 && verbs->put.size > 0)
		result = receipt_encode(&receipt, verbs->scalar, &verbs->body);
	verbs->put.size = 0;
	return result;
}

/* What cannot be read is told from what is not there. */
static int
do_get(struct verbs *verbs, const struct request *request)
{
	struct store_key key;
	int got;

	if (need_one_id(request) != 0)
		return -1;
	key = key_of(request, 0);
	got = store_get(verbs->store, &key, (size_t)request->size,
	    &verbs->payload);
	if (got == 0)
		return fail(FAIL_NO, "it is not here");
	if (got < 0)
		return fail_again(&(struct failure){.kind = FAIL_DATA,
		    .text = "it cannot be read whole"});
	return 0;
}

static int
do_have(struct verbs *verbs, const struct request *request)
{
	size_t i, count = request->ids.size / sizeof(struct digest);
	struct store_key key;
	uint8_t there;
	int has;

	for (i = 0; i < count; i++) {
		key = key_of(request, i);
		has = request->body.size > 0
		    ? store_check(verbs->store, &key, (size_t)request->size,
			  LIMIT_SHARD_SIZE_MAX)
		    : store_has(verbs->store, &key, (size_t)request->size);
		if (has < 0)
			return -1;
		there = (uint8_t)has;
		if (buf_append(&verbs->body, span_of(&there, 1)) != 0)
			return -1;
	}
	return 0;
}

/* The smallest ids behind one, sorted. */
struct page {
	struct digest after;
	struct buf *ids;
};

static int
add_to_page(void *context, const struct digest *id)
{
	struct page *page = context;
	struct digest *ids = (struct digest *)(void *)page->ids->data;
	size_t i = page->ids->size / sizeof *id;
	bool full = i == LIMIT_REQUEST_IDS;

	if (memcmp(id, &page->after, sizeof *id) <= 0)
		return 0;
	if (full && id->byte[0] > ids[i - 1].byte[0])
		return 1; /* folders come in order: none is smaller */
	if (full && memcmp(id, &ids[i - 1], sizeof *id) > 0)
		return 0;
	if (!full && buf_append(page->ids, span_of_digest(id)) != 0)
		return -1;
	ids = (struct digest *)(void *)page->ids->data;
	i -= full;
	for (; i > 0 && memcmp(id, &ids[i - 1], sizeof *id) < 0; i--)
		ids[i] = ids[i - 1];
	ids[i] = *id;
	return 0;
}

static int
do_list(struct verbs *verbs, const struct request *request)
{
	struct page page = {.ids = &verbs->body};

	if (need_one_id(request) != 0)
		return -1;
	page.after = digest_from(request->ids.data);
	return store_list(verbs->store, (enum store_shelf)request->shelf,
		   &request->owner, add_to_page, &page) < 0
	    ? -1
	    : 0;
}

static int
drop_one(struct verbs *verbs, const struct store_key *key)
{
	if (verbs->keep_dropped > 0)
		return store_set_aside(verbs->store, key, (uint64_t)time(NULL));
	return store_drop(verbs->store, key);
}

/* An order is its owner's, and of today: an old one says nothing any more. */
static int
do_drop(struct verbs *verbs, const struct request *request)
{
	struct store_key key = {.owner = verbs->id};
	uint64_t now = (uint64_t)time(NULL);
	struct order order;
	size_t i;
	int result = 0;

	if (verbs->no_drop)
		return fail(FAIL_NO,
		    "this holder keeps everything (--no-drop)");
	if (order_decode(request->body, &verbs->id, &order) != 0)
		return -1;
	if (order.time + ORDER_AGE < now || order.time > now + ORDER_AGE)
		return fail(FAIL_DATA,
		    "the order is of another day: are both clocks right?");
	key.shelf = (enum store_shelf)order.shelf;
	for (i = 0; result == 0 && i < order.ids.size; i += sizeof key.id) {
		key.id = digest_from(order.ids.data + i);
		result = drop_one(verbs, &key);
	}
	return result;
}

static int
do_info(struct verbs *verbs)
{
	struct info info = {
	    .time = (uint64_t)time(NULL),
	    .quota = verbs->peer->give,
	};

	if (store_used(verbs->store, &verbs->peer->id, &info.used) != 0 ||
	    store_free(verbs->store, &info.free) != 0)
		return -1;
	return info_encode(&info, &verbs->body);
}

/* An owner sees its own; what is not about an owner is for every peer. */
static int
authorize(const struct verbs *verbs, const struct request *request)
{
	if (request->verb == VERB_HELLO)
		return 0;
	if (!verbs->greeted)
		return fail(FAIL_DATA, "'hello' must come first");
	if (request->verb == VERB_COMMIT || request->verb == VERB_INFO)
		return 0;
	if (!digest_equal(&request->owner, &verbs->peer->id))
		return fail(FAIL_USAGE, "these are not yours");
	return 0;
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
		return do_commit(verbs);
	case VERB_GET:
		return do_get(verbs, request);
	case VERB_HAVE:
		return do_have(verbs, request);
	case VERB_LIST:
		return do_list(verbs, request);
	case VERB_DROP:
		return do_drop(verbs, request);
	case VERB_INFO:
		return do_info(verbs);
	default:
		return fail(FAIL_NO, "this holder cannot '%s' yet",
		    message_verb_name(request->verb));
	}
}

/* Its sentence, and what can be done about it, for the other side. */
static struct span
words_of_failure(struct verbs *verbs)
{
	const struct failure *failure = fail_last();
	bool hint = failure->hint[0] != '\0';

	snprintf(verbs->words, sizeof verbs->words, "%s%s%s%s", failure->text,
	    hint ? " (" : "", failure->hint, hint ? ")" : "");
	return span_of_text(verbs->words);
}

void
verbs_do(struct verbs *verbs, const struct request *request,
    struct span payload, struct reply *reply)
{
	verbs->body.size = 0;
	verbs->payload.size = 0;
	*reply = (struct reply){0};
	if (authorize(verbs, request) != 0 ||
	    carry_out(verbs, request, payload) != 0) {
		reply->status = fail_last()->kind;
		reply->body = words_of_failure(verbs);
		return;
	}
	reply->body = span_of_buf(&verbs->body);
	reply->payload = verbs->payload.size;
}

void
verbs_release(struct verbs *verbs)
{
	buf_release(&verbs->put);
	buf_release(&verbs->body);
	buf_release(&verbs->payload);
}
