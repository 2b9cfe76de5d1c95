/* SPDX-License-Identifier: ISC */
#include "xfer/own.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"
#include "base/memory.h"
#include "doc/receipt.h"
#include "xfer/owed.h"
#include "xfer/papers.h"

int
own_add(struct roster *roster, const char *path, const struct digest *self,
    const struct digest *owner)
{
	const struct peer *whose = roster_find(roster, owner);
	const struct peer *line = roster_find(roster, self);
	struct peer own = {.has_id = true,
	    .id = *self,
	    .give = whose != NULL ? whose->give : 0};
	struct peer *all;

	if (line != NULL)
		return fail(FAIL_USAGE,
		    "'%s' in the roster is this machine: leave --store out",
		    line->name);
	all = memory_more(roster->peer, roster->count + 1, sizeof *all);
	if (all == NULL)
		return -1;
	roster->peer = all;
	if (peer_dir(&own, OWN_NAME, path) == 0) {
		all[roster->count++] = own;
		return 0;
	}
	peer_release(&own);
	return -1;
}

static int
note_put(struct holder *holder, const struct store_key *key)
{
	int result;

	if (!owed_for(key->shelf))
		return 0;
	pthread_mutex_lock(&holder->lock);
	result = buf_append(&holder->unsigned_ids, span_of_digest(&key->id));
	pthread_mutex_unlock(&holder->lock);
	return result;
}

static int
own_end_put(struct holder *holder, struct call *call,
    const struct store_key *key, struct span bytes, struct answer *answer)
{
	if (holder->disk->end_put(holder, call, key, bytes, answer) != 0)
		return -1;
	return note_put(holder, key);
}

static int
sign(struct holder *holder, struct span ids)
{
	struct receipt receipt = {holder->owner, (uint64_t)time(NULL), ids};
	struct buf document = {0};
	int result = receipt_encode(&receipt, holder->signer, &document);

	if (result == 0)
		result = holder_keep_receipt(holder, span_of_buf(&document));
	buf_release(&document);
	return result;
}

/* What is put meanwhile is for the next receipt. */
static int
own_commit(struct holder *holder)
{
	struct buf ids;
	int result;

	pthread_mutex_lock(&holder->lock);
	ids = holder->unsigned_ids;
	holder->unsigned_ids = (struct buf){0};
	pthread_mutex_unlock(&holder->lock);
	result = holder->disk->commit(holder);
	if (result == 0 && ids.size > 0)
		result = sign(holder, span_of_buf(&ids));
	buf_release(&ids);
	return result;
}

static int
own_info(struct holder *holder, const struct digest *owner, struct info *info)
{
	if (owner == NULL)
		owner = &holder->owner;
	if (holder->disk->info(holder, owner, info) != 0)
		return -1;
	info->quota = holder->peer->give;
	return 0;
}

static void
own_close(struct holder *holder)
{
	buf_release(&holder->unsigned_ids);
	holder->disk->close(holder);
}

/* A disk that is more than that. */
static void
dress(struct holder *holder, const struct own *own)
{
	static struct holder_calls calls; /* of the one that there is */

	calls = *holder->calls;
	calls.end_put = own_end_put;
	calls.commit = own_commit;
	calls.info = own_info;
	calls.close = own_close;
	holder->disk = holder->calls;
	holder->calls = &calls;
	holder->id = own->self;
	holder->signer = own->scalar;
	holder_dir_limit(holder, holder->peer->give);
}

static struct holder *
find_self(struct holders *holders, const struct digest *self)
{
	struct holder *holder = holders->holder;
	size_t i;

	for (i = 0; i < holders->count; i++, holder++)
		if (holder->peer->has_id &&
		    digest_equal(&holder->peer->id, self))
			return holder;
	return NULL;
}

/* Whether the owner counts on us. */
static int
check_absent(struct holders *holders, const struct own *own)
{
	struct buf document = {0};
	struct members members;
	int result;

	result = papers_newest(holders, &own->owner, &document, &members);
	if (result == 0 && members.number > 0 &&
	    members_find(&members, &own->self) >= 0) {
		result = fail(FAIL_USAGE,
		    "this machine is a holder of that owner's, and what lies "
		    "here would count as lost");
		fail_hint("name the store of its shard-recv with -d DIR");
	}
	buf_release(&document);
	return result;
}

int
own_take(struct holders *holders, const struct own *own)
{
	struct holder *holder = find_self(holders, &own->self);

	if (holder == NULL)
		return check_absent(holders, own);
	if (!holder_usable(holder))
		return fail_again(&holder->reason);
	if (strcmp(holder->peer->name, OWN_NAME) == 0)
		dress(holder, own);
	return 0;
}
