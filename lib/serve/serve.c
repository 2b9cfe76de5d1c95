/* SPDX-License-Identifier: ISC */
#include "serve/serve.h"

#include "base/base32.h"
#include "base/event.h"
#include "base/fail.h"
#include "crypto/channel.h"
#include "net/tls.h"
#include "serve/mounted.h"
#include "serve/refusals.h"
#include "serve/seats.h"
#include "serve/verbs.h"
#include "xfer/counts.h"
#include "xfer/pair.h"

#define GOODBYE_MS 2000
#define LATER_SIZE (64 << 10) /* of replies that wait for company */

/* What serves one connection. */
struct connection {
	const struct serve *serve;
	const char *from;
	struct requests requests;
	struct verbs verbs;
	struct pair pair;
	struct buf output; /* replies not yet handed to TLS */
	bool answered;	   /* one is under way */
};

static bool
trust(void *context, const struct digest *id)
{
	struct connection *connection = context;

	connection->verbs.id = connection->pair.id = *id;
	connection->verbs.peer = roster_find(connection->serve->roster, id);
	if (connection->verbs.peer != NULL)
		return true;
	return connection->pair.files != NULL &&
	    pair_admits(connection->pair.files, id);
}

static bool
is_stranger(const struct connection *connection)
{
	return connection->verbs.peer == NULL;
}

static const char *
name_of(const struct connection *connection)
{
	if (!is_stranger(connection))
		return connection->verbs.peer->name;
	if (connection->pair.name[0] != '\0')
		return connection->pair.name;
	return connection->from;
}

static bool
go_on(void *context)
{
	struct connection *connection = context;
	const struct serve *serve = connection->serve;

	return serve->go_on(serve->context,
	    is_stranger(connection) ? NULL : &connection->verbs.id,
	    connection->answered);
}

/* What waits, and a payload behind it. */
static int
flush(struct connection *connection, struct span payload)
{
	struct span part[2] = {span_of_buf(&connection->output), payload};

	connection->output.size = 0;
	connection->answered = true;
	return tls_write_parts(connection->requests.tls, part, 2,
	    connection->serve->idle_ms);
}

/* Small replies wait for each other as long as requests are at hand. */
static int
send_reply(struct connection *connection, const struct reply *reply)
{
	struct span payload =
	    span_of(connection->verbs.payload.data, (size_t)reply->payload);
	struct buf *output = &connection->output;

	if (message_encode_reply(reply, output) != 0)
		return -1;
	if (output->size + payload.size < LATER_SIZE &&
	    connection->requests.input.size > 0 && !connection->pair.over)
		return buf_append(output, payload);
	return flush(connection, payload);
}

/* Who has not proved to be a peer cannot fill the log. */
static bool
is_told(const struct connection *connection)
{
	return (connection->requests.tls != NULL && !is_stranger(connection)) ||
	    refusals_tell(connection->serve->refusals, event_clock());
}

static void
log_request(const struct connection *connection, const struct request *request,
    const struct reply *reply, uint64_t began)
{
	char id[BASE32_TEXT];
	struct digest shard;
	struct event event = {
	    .level = reply->status == 0 || reply->status == FAIL_NO ? LOG_NOTE
								    : LOG_WARN,
	    .name = message_verb_name(request->verb),
	    .peer = name_of(connection),
	    .bytes = request->payload + reply->payload,
	    .ms = event_clock() - began,
	    .outcome = reply->status == 0 ? "ok" : fail_last()->text,
	};

	if (request->verb == VERB_HAVE || request->verb == VERB_LIST)
		event.level = LOG_DETAIL;
	if (request->verb == VERB_PAIR || is_stranger(connection)) {
		base32_encode(BASE32_ID, connection->verbs.id.byte, id);
		event.id = id;
		event.level = reply->status == 0 ? LOG_NOTE : LOG_WARN;
	}
	if (!digest_is_zero(&request->owner))
		event.owner = &request->owner;
	if (request->ids.size == sizeof shard && request->verb != VERB_LIST) {
		shard = digest_from(request->ids.data);
		event.shard = &shard;
	}
	if (event.id == NULL || reply->status == 0 || is_told(connection))
		event_write(&event);
}

/* Strangers pair, and peers may; the rest is for peers. */
static void
carry_out(struct connection *connection, const struct request *request,
    struct reply *reply)
{
	connection->pair.greeted |= connection->verbs.greeted;
	if (connection->pair.files != NULL &&
	    (is_stranger(connection) || request->verb == VERB_PAIR))
		pair_do(&connection->pair, request, reply);
	else if (mounted_allows(connection->serve->store_path,
		     connection->serve->store != NULL, request->verb) != 0)
		verbs_refuse(&connection->verbs, reply);
	else
		verbs_do(&connection->verbs, request,
		    span_of_buf(&connection->requests.payload), reply);
}

static void
begin(const struct connection *connection)
{
	if (connection->serve->counts != NULL)
		counts_begin(connection->serve->counts);
}

static void
count(const struct connection *connection, const struct request *request,
    const struct reply *reply, uint64_t began)
{
	if (connection->serve->counts != NULL)
		counts_end(connection->serve->counts,
		    &(struct counted){
			.verb = request->verb,
			.status = reply->status,
			.in = request->payload,
			.out = reply->payload,
			.ms = event_clock() - began,
		    });
}

/* For the reason in the slot; what waits was answered, and goes out first. */
static int
break_off(struct connection *connection)
{
	struct failure reason = *fail_last();
	struct span output = span_of_buf(&connection->output);

	connection->answered = true;
	if (output.size > 0)
		tls_write_parts(connection->requests.tls, &output, 1,
		    GOODBYE_MS);
	return fail_again(&reason);
}

/* One request after the other, until the peer says goodbye. */
static int
serve_requests(struct connection *connection)
{
	struct request request;
	struct reply reply;
	uint64_t began;
	int got = 1;

	while (!connection->pair.over &&
	    (got = requests_next(&connection->requests, &request)) > 0) {
		if (!go_on(connection)) {
			fail(FAIL_SYSTEM, "ended by the holder");
			return break_off(connection);
		}
		began = event_clock();
		begin(connection);
		carry_out(connection, &request, &reply);
		log_request(connection, &request, &reply, began);
		count(connection, &request, &reply, began);
		if (send_reply(connection, &reply) != 0)
			return -1;
		connection->answered = false;
		seats_touch(connection->serve->seat, event_clock());
	}
	if (got < 0)
		return break_off(connection);
	tls_finish(connection->requests.tls, GOODBYE_MS);
	return 0;
}

static void
log_connection(const struct connection *connection, const char *name,
    int result)
{
	if (is_told(connection))
		event_write(&(struct event){
		    .level = result == 0 ? LOG_NOTE : LOG_WARN,
		    .name = name,
		    .peer = name_of(connection),
		    .outcome = result == 0 ? "ok" : fail_last()->text,
		});
}

/* A stranger has a few seconds, and no need to send much. */
static void
restrict_stranger(struct connection *connection)
{
	if (!is_stranger(connection))
		return;
	connection->requests.idle_ms = connection->serve->handshake_ms;
	connection->requests.no_payload = true;
}

int
serve_connection(const struct serve *serve, int in, int out, const char *from)
{
	struct connection connection = {
	    .serve = serve,
	    .from = from,
	    .verbs = {.store = serve->store,
		.store_path = serve->store_path,
		.authority = {.store = serve->store, .roster = serve->roster},
		.scalar = serve->scalar,
		.budget = serve->budget,
		.counts = serve->counts,
		.keep_dropped = serve->keep_dropped,
		.no_drop = serve->no_drop,
		.known = serve->known},
	    .pair = {.files = serve->pairing},
	    .requests = {.idle_ms = serve->idle_ms,
		.wake = serve->wake,
		.go_on = go_on,
		.context = &connection},
	};
	struct tls_options options = {
	    .in = in,
	    .out = out,
	    .scalar = serve->scalar,
	    .role = &channel_server,
	    .handshake_ms = serve->handshake_ms,
	    .trust = trust,
	    .go_on = go_on,
	    .wake = serve->wake,
	    .context = &connection,
	};
	int result = -1;

	connection.requests.tls = tls_open(&options);
	log_connection(&connection, "connect",
	    connection.requests.tls == NULL ? -1 : 0);
	if (serve->counts != NULL)
		counts_connection(serve->counts,
		    connection.requests.tls != NULL);
	if (connection.requests.tls != NULL) {
		restrict_stranger(&connection);
		if (!is_stranger(&connection))
			seats_prove(serve->seat, &connection.verbs.id,
			    event_clock());
		result = serve_requests(&connection);
		log_connection(&connection, "disconnect", result);
	}
	tls_close(connection.requests.tls);
	requests_release(&connection.requests);
	verbs_release(&connection.verbs);
	pair_release(&connection.pair);
	buf_release(&connection.output);
	return result;
}
