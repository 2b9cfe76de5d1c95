/* SPDX-License-Identifier: ISC */
#include "serve/authority.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/event.h"
#include "base/fail.h"
#include "doc/cose.h"
#include "doc/index.h"
#include "doc/receipt.h"
#include "doc/snapshot.h"
#include "format/message.h"
#include "format/record.h"
#include "peer/roster.h"
#include "store/burden.h"

#define FRESH_MS 1000 /* another process may have put a newer document */

void
authority_release(struct authority *authority)
{
	buf_release(&authority->document);
	buf_release(&authority->named);
}

void
authority_forget(struct authority *authority)
{
	authority->looked = 0;
	authority->snapshots = 0;
}

/* An owner's members documents, read one after the other. */
struct search {
	struct authority *authority;
	struct buf document;
	size_t count;
};

static int
take_newer(void *context, const struct digest *id)
{
	struct search *search = context;
	struct authority *authority = search->authority;
	struct store_key key = {STORE_MEMBERS, authority->owner, *id};
	struct members members;
	struct buf newer;

	search->count++;
	search->document.size = 0;
	if (store_get(authority->store, &key, LIMIT_DOCUMENT,
		&search->document) != 1 ||
	    members_decode(span_of_buf(&search->document), &authority->owner,
		&members) != 0 ||
	    (authority->found && members.number <= authority->members.number))
		return 0;
	newer = search->document; /* that the struct borrows from */
	search->document = authority->document;
	authority->document = newer;
	authority->members = members;
	authority->found = true;
	return 0;
}

/* FAIL_SYSTEM when the shelf cannot be read. */
static int
look_up(struct authority *authority, const struct digest *owner, size_t *count)
{
	struct search search = {.authority = authority};
	int result;

	authority->owner = *owner;
	authority->looked = event_clock();
	authority->found = false;
	result = store_list(authority->store, STORE_MEMBERS, owner, take_newer,
	    &search);
	buf_release(&search.document);
	if (count != NULL)
		*count = search.count;
	return result;
}

const struct peer *
authority_owner(struct authority *authority, const struct digest *owner,
    const struct digest *peer)
{
	const struct peer *line = roster_find(authority->roster, owner);

	if (line == NULL)
		return NULL;
	if ((authority->looked == 0 ||
		!digest_equal(&authority->owner, owner) ||
		event_clock() >= authority->looked + FRESH_MS) &&
	    look_up(authority, owner, NULL) != 0)
		return NULL;
	if (!authority->found ||
	    !members_has(&authority->members, peer, (uint64_t)time(NULL)))
		return NULL;
	return line;
}

/* Newer than all that are here, or one of them. */
static int
check_members(struct authority *authority, const struct store_key *key,
    struct span document)
{
	struct members members;
	size_t count;

	if (members_decode(document, &key->owner, &members) != 0 ||
	    look_up(authority, &key->owner, &count) != 0)
		return -1;
	if (store_has(authority->store, key, document.size) == 1)
		return 0;
	if (authority->found && members.number <= authority->members.number)
		return fail(FAIL_NO,
		    "members document %llu is here, %llu is not newer",
		    (unsigned long long)authority->members.number,
		    (unsigned long long)members.number);
	if (count >= LIMIT_MEMBERS_DOCUMENTS)
		return fail(FAIL_NO, "%zu members documents are here already",
		    count);
	return 0;
}

/*
 * Receipts can be about anything, and a member makes any number of them. What
 * is under way counts, so that many connections bring no more than one.
 */
static int
check_share(const struct authority *authority, const struct peer *owner,
    size_t size)
{
	uint64_t most = owner->give / AUTHORITY_SHARE, bytes;

	if (burden_now(authority->store_path, STORE_RECEIPTS, &owner->id,
		&bytes) != 0)
		return -1;
	if (bytes + size <= most)
		return 0;
	return fail(FAIL_NO,
	    "no room for a member's receipt: %llu bytes are here or on the "
	    "way, and after %llu only the owner brings more",
	    (unsigned long long)bytes, (unsigned long long)most);
}

/* A member's word about this owner's shards. */
static int
check_receipt(struct authority *authority, const struct digest *owner,
    struct span document, bool by_owner)
{
	const struct peer *line;
	struct receipt receipt;
	struct digest holder;

	if (cose_peek(document, &holder) < 0 ||
	    receipt_decode(document, &holder, &receipt) != 0)
		return -1;
	if (!digest_equal(&receipt.owner, owner))
		return fail(FAIL_DATA, "the receipt is for another owner");
	line = authority_owner(authority, owner, &holder);
	if (line == NULL)
		return fail(FAIL_NO, "the receipt is of no member");
	return by_owner ? 0 : check_share(authority, line, document.size);
}

static int
count_id(void *context, const struct digest *id)
{
	(void)id;
	++*(size_t *)context;
	return 0;
}

/* A new one. Readers leave a holder out that shows too many. */
static int
check_count(struct authority *authority, const struct digest *owner)
{
	size_t count = authority->snapshots;

	if (count >= LIMIT_SNAPSHOTS_PUT)
		return fail(FAIL_DATA,
		    "more than %d snapshots without a commit",
		    LIMIT_SNAPSHOTS_PUT);
	if (store_list(authority->store, STORE_SNAPSHOTS, owner, count_id,
		&count) != 0)
		return -1;
	if (count >= LIMIT_SNAPSHOTS_TAKEN) {
		fail(FAIL_NO, "no room: %zu snapshots are here", count);
		return fail_hint("shard-drop takes old ones away");
	}
	authority->snapshots++;
	return 0;
}

/* And one that is not what xfer/catalog reads. */
static int
check_snapshot(struct authority *authority, const struct store_key *key,
    struct span document)
{
	struct snapshot snapshot;
	struct end end;

	if (snapshot_decode(document, &key->owner, &snapshot) != 0 ||
	    record_decode_end(snapshot.end, &end) != 0)
		return -1;
	if (store_has(authority->store, key, 0) != STORE_ABSENT)
		return 0;
	return check_count(authority, &key->owner);
}

static int
read_names(struct authority *authority, struct span document,
    const struct digest *owner)
{
	struct stripe stripe;
	struct index index;
	struct head head;
	int got;

	if (index_decode(document, owner, &index) != 0 ||
	    record_decode_head(index.head, &head) != 0)
		return -1;
	while ((got = index_next(&index.records, &head, &stripe)) > 0)
		if (buf_append(&authority->named,
			span_of(stripe.id,
			    stripe.total * sizeof stripe.id[0])) != 0)
			return -1;
	digest_sort(&authority->named);
	return got;
}

/* What an index that lies here names; kept until another is asked for. */
static int
load_names(struct authority *authority, const struct store_key *key)
{
	struct buf document = {0};
	int got;

	if (authority->named.size > 0 &&
	    digest_equal(&authority->index, &key->id))
		return 0;
	authority->named.size = 0;
	authority->index = key->id;
	got = store_get(authority->store, key, LIMIT_DOCUMENT, &document);
	if (got == 0)
		fail(FAIL_NO, "the index that names it is not here");
	if (got == 1)
		got = read_names(authority, span_of_buf(&document),
			  &key->owner) == 0
		    ? 1
		    : -1;
	buf_release(&document);
	if (got != 1)
		authority->named.size = 0;
	return got == 1 ? 0 : -1;
}

/* An index of the owner's, or a shard that one of them names. */
static int
check_shard(struct authority *authority, const struct request *request,
    struct span payload)
{
	struct store_key key = {STORE_SHARDS, request->owner, {{0}}};
	struct index index;

	if (request->body.size != sizeof key.id)
		return index_decode(payload, &request->owner, &index);
	key.id = digest_from(request->body.data);
	if (load_names(authority, &key) != 0)
		return -1;
	key.id = digest_from(request->ids.data);
	if (digest_find(span_of_buf(&authority->named), &key.id) < 0)
		return fail(FAIL_NO, "that index does not name it");
	return 0;
}

int
authority_check_put(struct authority *authority, const struct request *request,
    struct span payload, bool by_owner)
{
	struct store_key key = {
	    .shelf = (enum store_shelf)request->shelf,
	    .owner = request->owner,
	    .id = digest_from(request->ids.data),
	};

	switch (key.shelf) {
	case STORE_MEMBERS:
		return check_members(authority, &key, payload);
	case STORE_RECEIPTS:
		return check_receipt(authority, &key.owner, payload, by_owner);
	case STORE_SNAPSHOTS:
		return check_snapshot(authority, &key, payload);
	default:
		return by_owner ? 0 : check_shard(authority, request, payload);
	}
}
