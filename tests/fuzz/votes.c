/* SPDX-License-Identifier: ISC */
/*
 * What a poller may send to a holder as a question of a poll, as it comes off
 * the wire: an answer, or words, and only an answer to what is well formed.
 */
#include "serve/votes.h"

#include "crypto/tree.h"
#include "folder.h"
#include "peer/identity.h"
#include "peer/roster.h"

static const struct secret owner = {{1, 2, 3}}, voter = {{4, 5, 6}};
static char name[] = "alice";
static struct peer peer = {.name = name, .has_id = true};
static struct roster roster = {&peer, 1};

/* The owner and the holder are its members, for as long as fuzzing goes. */
static void
put_members(struct store *store)
{
	struct digest ids[2];
	struct members members = {.number = 1,
	    .time = 1,
	    .expires = INT64_MAX,
	    .liars = members_liars(2),
	    .quorum = members_quorum(2, false),
	    .ids = span_of(ids, sizeof ids)};
	struct store_key key = {STORE_MEMBERS, peer.id, {{0}}};
	struct buf document = {0};
	size_t first;

	must(identity_id(&voter, &ids[0]) == 0);
	first = memcmp(&ids[0], &peer.id, sizeof peer.id) < 0 ? 0 : 1;
	ids[first] = ids[0];
	ids[1 - first] = peer.id;
	must(members_encode(&members, &owner, &document) == 0);
	key.id = tree_root(span_of_buf(&document));
	must(store_put(store, &key, span_of_buf(&document)) == 0 &&
	    store_commit(store) == 0);
	buf_release(&document);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *folder = folder_begin();
	struct authority authority = {.roster = &roster};
	struct votes votes = {.store_path = folder,
	    .authority = &authority,
	    .scalar = &voter,
	    .alone = true};
	struct buf answer = {0};

	must(identity_id(&owner, &peer.id) == 0);
	votes.owner = peer.id;
	votes.store = authority.store = store_open(folder, STORE_WRITE);
	must(votes.store != NULL);
	put_members(votes.store);
	if (votes_answer(&votes, span_of(data, size), &answer) == 0) {
		must(answer.size > 0);
		must(cbor_measure(span_of(data, size), LIMIT_TALLY) ==
		    (int64_t)size);
	}
	authority_release(&authority);
	store_close(votes.store);
	buf_release(&answer);
	folder_end();
	return 0;
}
