/* SPDX-License-Identifier: ISC */
#include "serve/accept.h"

#include "base/fail.h"
#include "doc/cose.h"
#include "doc/index.h"
#include "doc/receipt.h"
#include "doc/snapshot.h"
#include "format/limits.h"
#include "format/message.h"
#include "format/record.h"
#include "peer/peer.h"
#include "serve/authority.h"
#include "serve/puts.h"
#include "store/burden.h"

void
accept_release(struct accept *accept)
{
	buf_release(&accept->named);
}

void
accept_forget(struct accept *accept)
{
	accept->snapshots = accept->receipts = (struct accept_count){0};
}

/*
 * Receipts can be about anything, and a member makes any number of them. What
 * is under way counts, so that many connections bring no more than one.
 */
static int
check_share(const struct accept *accept, const struct peer *owner, size_t size)
{
	uint64_t most = owner->give / ACCEPT_SHARE, bytes;

	if (burden_now(accept->authority->store_path, STORE_RECEIPTS,
		&owner->id, &bytes) != 0)
		return -1;
	if (bytes + size <= most)
		return 0;
	return fail(FAIL_NO,
	    "no room for a member's receipt: %llu bytes are here or on the "
	    "way, and after %llu only the owner brings more",
	    (unsigned long long)bytes, (unsigned long long)most);
}

static int
count_id(void *context, const struct digest *id)
{
	(void)id;
	++*(size_t *)context;
	return 0;
}

/* Once a commit: there may be very many. */
static int
count_here(const struct accept *accept, const struct store_key *key,
    struct accept_count *count)
{
	if (count->known && digest_equal(&count->owner, &key->owner))
		return 0;
	count->owner = key->owner;
	count->here = 0;
	count->known = store_list(accept->authority->store, key->shelf,
			   &key->owner, count_id, &count->here) == 0;
	return count->known ? 0 : -1;
}

/* Readers leave a holder out that shows too many; what is here is no more. */
static int
check_count(struct accept *accept, const struct store_key *key)
{
	bool receipts = key->shelf == STORE_RECEIPTS;
	const char *what = receipts ? "receipts" : "snapshots";
	size_t put = receipts ? LIMIT_RECEIPTS_PUT : LIMIT_SNAPSHOTS_PUT,
	       most = receipts ? LIMIT_RECEIPTS_TAKEN : LIMIT_SNAPSHOTS_TAKEN;
	struct accept_count *count = receipts ? &accept->receipts
					      : &accept->snapshots;

	if (store_has(accept->authority->store, key, 0) != STORE_ABSENT)
		return 0;
	if (count->put >= put)
		return fail(FAIL_DATA, "more than %zu %s without a commit", put,
		    what);
	if (count_here(accept, key, count) != 0)
		return -1;
	if (count->here + count->put >= most) {
		fail(FAIL_NO, "no room: %zu %s are here",
		    count->here + count->put, what);
		return fail_hint("shard-drop takes old ones away");
	}
	count->put++;
	return 0;
}

/* A member's word about this owner's shards. */
static int
check_receipt(struct accept *accept, const struct store_key *key,
    struct span document, bool by_owner)
{
	const struct peer *line;
	struct receipt receipt;
	struct digest holder;

	if (cose_peek(document, &holder) < 0 ||
	    receipt_decode(document, &holder, &receipt) != 0)
		return -1;
	if (!digest_equal(&receipt.owner, &key->owner))
		return fail(FAIL_DATA, "the receipt is for another owner");
	line = authority_owner(accept->authority, &key->owner, &holder);
	if (line == NULL)
		return fail(FAIL_NO, "the receipt is of no member");
	if (!by_owner && check_share(accept, line, document.size) != 0)
		return -1;
	return check_count(accept, key);
}

/* As xfer/catalog reads it. */
static int
check_snapshot(struct accept *accept, const struct store_key *key,
    struct span document)
{
	struct snapshot snapshot;
	struct end end;

	if (snapshot_decode(document, &key->owner, &snapshot) != 0 ||
	    record_decode_end(snapshot.end, &end) != 0)
		return -1;
	return check_count(accept, key);
}

static int
read_names(struct accept *accept, struct span document,
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
		if (buf_append(&accept->named,
			span_of(stripe.id,
			    stripe.total * sizeof stripe.id[0])) != 0)
			return -1;
	digest_sort(&accept->named);
	return got;
}

/* What an index that lies here names; kept until another is asked for. */
static int
load_names(struct accept *accept, const struct store_key *key)
{
	struct buf document = {0};
	int got;

	if (accept->named.size > 0 && digest_equal(&accept->index, &key->id))
		return 0;
	accept->named.size = 0;
	accept->index = key->id;
	got =
	    store_get(accept->authority->store, key, LIMIT_DOCUMENT, &document);
	if (got == 0)
		fail(FAIL_NO, "the index that names it is not here");
	if (got == 1)
		got = read_names(accept, span_of_buf(&document), &key->owner) ==
			0
		    ? 1
		    : -1;
	buf_release(&document);
	if (got != 1)
		accept->named.size = 0;
	return got == 1 ? 0 : -1;
}

/* An index of the owner's, or a shard that one of them names. */
static int
check_shard(struct accept *accept, const struct request *request,
    struct span payload)
{
	struct store_key key = {STORE_SHARDS, request->owner, {{0}}};
	struct index index;

	if (request->body.size != sizeof key.id)
		return index_decode(payload, &request->owner, &index);
	key.id = digest_from(request->body.data);
	if (load_names(accept, &key) != 0)
		return -1;
	key.id = digest_from(request->ids.data);
	if (digest_find(span_of_buf(&accept->named), &key.id) < 0)
		return fail(FAIL_NO, "that index does not name it");
	return 0;
}

int
accept_check(struct accept *accept, const struct request *request,
    struct span payload, bool by_owner)
{
	struct store_key key = puts_key(request);

	switch (key.shelf) {
	case STORE_MEMBERS:
		return authority_check_members(accept->authority, &key,
		    payload);
	case STORE_RECEIPTS:
		return check_receipt(accept, &key, payload, by_owner);
	case STORE_SNAPSHOTS:
		return check_snapshot(accept, &key, payload);
	default:
		return by_owner ? 0 : check_shard(accept, request, payload);
	}
}
