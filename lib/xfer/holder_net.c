/* SPDX-License-Identifier: ISC */

/* A holder behind a wire: host:port, or exec:command for a shard-recv. */

#include <string.h>

#include "crypto/tree.h"
#include "doc/cose.h"
#include "peer/roster.h"
#include "xfer/deposit.h"
#include "xfer/holder.h"
#include "xfer/info.h"
#include "xfer/remote.h"

static int
call(struct holder *holder, const struct request *request, const void *payload,
    struct answer *answer)
{
	struct remote *remote = holder->state;

	return session_call(remote->session, request, payload, answer);
}

static struct call *
net_begin_have(struct holder *holder, const struct question *question,
    struct answer *answer)
{
	struct remote *remote = holder->state;
	struct request request = {
	    .verb = VERB_HAVE,
	    .shelf = question->shelf,
	    .owner = question->owner,
	    .ids =
		span_of(question->id, question->count * sizeof *question->id),
	    .size = question->size,
	    .body = span_of("check", question->check ? 5 : 0),
	};

	return session_begin(remote->session, &request, NULL, answer);
}

static int
net_end_have(struct holder *holder, struct call *call,
    const struct question *question, struct answer *answer, bool *there)
{
	struct remote *remote = holder->state;
	size_t i;

	if (call == NULL)
		call = net_begin_have(holder, question, answer);
	if (call == NULL || session_end(remote->session, call) != 0)
		return -1;
	if (answer->body.size != question->count)
		return fail(FAIL_DATA, "an answer of a wrong length");
	for (i = 0; i < question->count; i++) {
		there[i] = answer->body.data[i] == STORE_WHOLE;
		if (question->damaged != NULL)
			question->damaged[i] = answer->body.data[i] ==
			    STORE_DAMAGED;
	}
	return 0;
}

/* Whatever comes over a wire is checked here, as a store checks its disk. */
static int
check_bytes(const struct holder *holder, const struct store_key *key,
    struct span bytes)
{
	struct digest root = tree_root(bytes);

	if (digest_equal(&root, &key->id))
		return 1;
	return fail(FAIL_DATA, "peer '%s' gave other bytes than asked for",
	    holder->peer->name);
}

/*
 * 1; 0 for "it is not there", which a peer says as FAIL_NO; -1. The answer
 * comes in the memory of `to`, which is empty.
 */
static int
net_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	struct request request = {
	    .verb = VERB_GET,
	    .shelf = key->shelf,
	    .owner = key->owner,
	    .ids = span_of_digest(&key->id),
	    .size = limit,
	};
	struct answer answer = {.payload = *to};
	int result;

	result = call(holder, &request, NULL, &answer);
	if (result == 0)
		result = check_bytes(holder, key, span_of_buf(&answer.payload));
	else if (fail_last()->kind == FAIL_NO)
		result = 0;
	else if (fail_last()->kind == FAIL_SYSTEM)
		holder_lose(holder);
	*to = answer.payload;
	buf_release(&answer.body);
	return result;
}

/*
 * A page of ids behind `after`; the last one of it becomes `after`. Since they
 * must grow, nobody can list without end, or the same again.
 */
static int
list_page(struct holder *holder, struct request *request, struct digest *after,
    int (*each)(void *, const struct digest *), void *context, size_t *count)
{
	struct answer answer = {0};
	struct digest id;
	size_t i;
	int result;

	request->ids = span_of_digest(after);
	result = call(holder, request, NULL, &answer);
	*count = answer.body.size / sizeof *after;
	for (i = 0; result == 0 && i < *count; i++) {
		id = digest_from(answer.body.data + i * sizeof id);
		if (memcmp(&id, after, sizeof id) <= 0)
			result = fail(FAIL_DATA, "it lists ids out of order");
		else
			result = each(context, &id);
		*after = id;
	}
	answer_release(&answer);
	return result;
}

static int
net_list(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner,
    int (*each)(void *context, const struct digest *id), void *context)
{
	struct request request = {.verb = VERB_LIST,
	    .shelf = shelf,
	    .owner = *owner};
	struct digest after = {{0}};
	size_t count;
	int result;

	do
		result =
		    list_page(holder, &request, &after, each, context, &count);
	while (result == 0 && count >= LIMIT_REQUEST_IDS);
	return result;
}

static int
net_drop(struct holder *holder, struct span order)
{
	struct request request = {.verb = VERB_DROP, .body = order};
	struct answer answer = {0};
	int result;

	result = cose_peek(order, &request.owner) < 0
	    ? -1
	    : call(holder, &request, NULL, &answer);
	answer_release(&answer);
	return result;
}

static int
net_info(struct holder *holder, const struct digest *owner, struct info *info)
{
	struct request request = {.verb = VERB_INFO,
	    .owner = owner ? *owner : holder->owner};
	struct answer answer = {0};
	int result = call(holder, &request, NULL, &answer);

	if (result == 0)
		result = info_decode(span_of_buf(&answer.body), info);
	answer_release(&answer);
	return result;
}

static void
net_stop(struct holder *holder)
{
	struct remote *remote = holder->state;

	session_stop(remote->session);
}

static void
net_close(struct holder *holder)
{
	remote_close(holder->state);
}

/* What was put on a connection that broke has left its room again. */
static unsigned
net_epoch(struct holder *holder)
{
	struct remote *remote = holder->state;
	unsigned breaks = session_breaks(remote->session);
	struct info info;

	if (atomic_exchange(&remote->asked, breaks) != breaks &&
	    net_info(holder, NULL, &info) == 0)
		holder_set_room(holder, info_room(&info));
	return breaks;
}

static const struct holder_calls net_calls = {
    .begin_put = deposit_begin,
    .end_put = deposit_end,
    .commit = deposit_commit,
    .found = deposit_found,
    .begin_have = net_begin_have,
    .end_have = net_end_have,
    .epoch = net_epoch,
    .get = net_get,
    .list = net_list,
    .drop = net_drop,
    .info = net_info,
    .ask = call,
    .stop = net_stop,
    .close = net_close,
};

int
holder_net_open(struct holder *holder, const char *address,
    const struct secret *scalar)
{
	struct failure reason;
	struct remote *remote;
	struct info info;

	remote =
	    remote_open(address, &holder->peer->id, scalar, &holder->counts);
	if (remote == NULL)
		return -1;
	holder->state = remote;
	if (net_info(holder, NULL, &info) != 0) {
		reason = *fail_last();
		remote_close(remote);
		return fail_again(&reason);
	}
	holder->room = info_room(&info);
	holder->shelves = info.shelves;
	holder->calls = &net_calls;
	holder->id = holder->peer->id;
	return 0;
}
