/* SPDX-License-Identifier: ISC */

/* A holder behind a wire: host:port, or exec:command for a shard-recv. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/log.h"
#include "crypto/tree.h"
#include "doc/cose.h"
#include "net/address.h"
#include "peer/roster.h"
#include "xfer/holder.h"
#include "xfer/info.h"
#include "xfer/session.h"

#define CONNECT_MS 10000
#define HANDSHAKE_MS 15000
#define ANSWER_MS 60000

struct remote {
	struct session *session;
	struct child child;
	bool has_child;
};

static int
call(struct holder *holder, const struct request *request, const void *payload,
    struct answer *answer)
{
	struct remote *remote = holder->state;

	return session_call(remote->session, request, payload, answer);
}

static struct request
request_for(enum verb verb, const struct store_key *key)
{
	return (struct request){
	    .verb = verb,
	    .shelf = key->shelf,
	    .owner = key->owner,
	    .ids = span_of_digest(&key->id),
	};
}

/* The answer tells at once whether the shard must go elsewhere. */
static int
net_put(struct holder *holder, const struct store_key *key, struct span bytes)
{
	struct request request = request_for(VERB_PUT, key);
	struct answer answer = {0};
	int result;

	request.payload = bytes.size;
	result = call(holder, &request, bytes.data, &answer);
	answer_release(&answer);
	return result;
}

static int
net_commit(struct holder *holder)
{
	struct request request = {.verb = VERB_COMMIT};
	struct answer answer = {0};
	int result = call(holder, &request, NULL, &answer);

	if (result == 0)
		result = holder_take_receipt(holder, span_of_buf(&answer.body));
	answer_release(&answer);
	return result;
}

static int
net_have(struct holder *holder, const struct question *question, bool *there)
{
	struct request request = {
	    .verb = VERB_HAVE,
	    .shelf = question->shelf,
	    .owner = question->owner,
	    .ids =
		span_of(question->id, question->count * sizeof *question->id),
	    .size = question->size,
	    .body = span_of("check", question->check ? 5 : 0),
	};
	struct answer answer = {0};
	size_t i;
	int result = call(holder, &request, NULL, &answer);

	if (result == 0 && answer.body.size != question->count)
		result = fail(FAIL_DATA, "an answer of a wrong length");
	for (i = 0; result == 0 && i < question->count; i++)
		there[i] = answer.body.data[i] == 1;
	answer_release(&answer);
	return result;
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

/* 1; 0 for "it is not there", which a peer says as FAIL_NO; -1. */
static int
net_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to)
{
	struct request request = request_for(VERB_GET, key);
	struct answer answer = {0};
	int result;

	request.size = limit;
	result = call(holder, &request, NULL, &answer);
	if (result == 0)
		result = check_bytes(holder, key, span_of_buf(&answer.payload));
	else if (fail_last()->kind == FAIL_NO)
		result = 0;
	else if (fail_last()->kind == FAIL_SYSTEM)
		holder_lose(holder);
	if (result == 1 && buf_append(to, span_of_buf(&answer.payload)) != 0)
		result = -1;
	answer_release(&answer);
	return result;
}

/* A page of ids behind `after`; the last one of it becomes `after`. */
static int
list_page(struct holder *holder, struct request *request, struct digest *after,
    int (*each)(void *, const struct digest *), void *context, size_t *count)
{
	struct answer answer = {0};
	size_t i;
	int result;

	request->ids = span_of_digest(after);
	result = call(holder, request, NULL, &answer);
	*count = answer.body.size / sizeof *after;
	for (i = 0; result == 0 && i < *count; i++) {
		*after = digest_from(answer.body.data + i * sizeof *after);
		result = each(context, after);
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
	while (result == 0 && count > 0);
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
	struct request request = {.verb = VERB_INFO};
	struct answer answer = {0};
	int result = call(holder, &request, NULL, &answer);

	(void)owner;
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
	struct remote *remote = holder->state;

	session_close(remote->session);
	if (remote->has_child) {
		remote->child.out = -1;
		if (child_wait(&remote->child) != 0)
			log_line(LOG_DETAIL, "%s", fail_last()->text);
	}
	free(remote);
}

static const struct holder_calls net_calls = {
    .put = net_put,
    .commit = net_commit,
    .have = net_have,
    .get = net_get,
    .list = net_list,
    .drop = net_drop,
    .info = net_info,
    .stop = net_stop,
    .close = net_close,
};

/* A connected descriptor: by TCP, or to a program that we start. */
static int
reach(struct remote *remote, const char *text)
{
	struct address address;
	char shell[] = "/bin/sh", option[] = "-c";
	char *argv[] = {shell, option, (char *)text + 5, NULL};

	if (strncmp(text, "exec:", 5) != 0)
		return address_parse(text, &address) == 0
		    ? address_connect(&address, CONNECT_MS)
		    : -1;
	if (child_start_duplex(&remote->child, argv) != 0)
		return -1;
	remote->has_child = true;
	fcntl(remote->child.out, F_SETFL, O_NONBLOCK);
	return remote->child.out;
}

int
holder_net_open(struct holder *holder, const char *address,
    const struct secret *scalar)
{
	struct remote *remote = calloc(1, sizeof *remote);
	struct session_options options = {
	    .scalar = scalar,
	    .peer = &holder->peer->id,
	    .handshake_ms = HANDSHAKE_MS,
	    .answer_ms = ANSWER_MS,
	};
	struct failure reason;
	struct info info;

	if (remote == NULL)
		return fail_errno("cannot get memory");
	holder->state = remote;
	options.in = options.out = reach(remote, address);
	if (options.in >= 0)
		remote->session = session_open(&options);
	if (remote->session == NULL || net_info(holder, NULL, &info) != 0) {
		reason = *fail_last();
		net_close(holder);
		return fail_again(&reason);
	}
	holder->room = info_room(&info);
	holder->calls = &net_calls;
	holder->id = holder->peer->id;
	return 0;
}
