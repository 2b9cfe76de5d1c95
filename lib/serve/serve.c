/* SPDX-License-Identifier: ISC */
#include "serve/serve.h"

#include "base/event.h"
#include "base/fail.h"
#include "crypto/channel.h"
#include "net/tls.h"
#include "serve/admission.h"
#include "serve/noted.h"
#include "serve/replies.h"
#include "serve/seats.h"
#include "serve/verbs.h"
#include "xfer/counts.h"
#include "xfer/pair.h"

#define GOODBYE_MS 2000

/* What serves one connection. */
struct connection {
	const struct serve *serve;
	const char *from;
	struct requests requests;
	struct verbs verbs;
	struct admission admission;
	struct pair pair;
	struct replies replies;
	struct lines_share *lines;
	bool answered; /* one is under way */
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

/* A certificate is public: it names nobody before its key has signed. */
static const char *
name_of(const struct connection *connection)
{
	if (connection->requests.tls == NULL)
		return connection->from;
	if (!is_stranger(connection))
		return connection->verbs.peer->name;
	if (connection->pair.name[0] != '\0')
		return connection->pair.name;
	return connection->from;
}

/* Nor can anybody fill the log in the name of a peer. */
static struct lines_share *
share_of(const struct connection *connection)
{
	bool proved = connection->requests.tls != NULL &&
	    !is_stranger(connection);

	return lines_share(connection->serve->lines,
	    proved ? &connection->verbs.id : NULL);
}

static struct noted
who(const struct connection *connection)
{
	return (struct noted){.lines = connection->lines,
	    .name = name_of(connection),
	    .id = &connection->verbs.id,
	    .stranger = is_stranger(connection)};
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

/* Of what goes in parts, part after part. */
static int
send_parts(struct connection *connection)
{
	struct departure *departure = &connection->verbs.departure;
	struct buf *part = &connection->verbs.payload;

	while (departure->left > 0)
		if (departure_next(departure, part) != 0 ||
		    replies_more(&connection->replies, span_of_buf(part)) != 0)
			return -1;
	departure_release(departure);
	return 0;
}

/* Small replies wait for each other as long as requests are at hand. */
static int
send_reply(struct connection *connection, const struct reply *reply)
{
	const struct verbs *verbs = &connection->verbs;
	bool later = connection->requests.input.size > 0 &&
	    !connection->pair.over;
	struct span payload = span_of(verbs->payload.data,
	    (size_t)(reply->payload - verbs->departure.left));

	if (replies_send(&connection->replies, reply, payload,
		later || verbs->departure.left > 0) != 0)
		return -1;
	return send_parts(connection);
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
	else if (admission_check(&connection->admission, request) != 0)
		verbs_refuse(&connection->verbs, reply);
	else
		verbs_do(&connection->verbs, request,
		    span_of_buf(&connection->requests.payload), reply);
}

static void
count(const struct connection *connection, const struct request *request,
    const struct reply *reply, uint64_t began)
{
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

	connection->answered = true;
	replies_end(&connection->replies, GOODBYE_MS);
	return fail_again(&reason);
}

/* Asked before the wait, too: who was told during a request is not woken. */
static int
take_next(struct connection *connection, struct request *request)
{
	int got;

	if (stay_check(&connection->requests.stay) != 0)
		return -1;
	got = requests_next(&connection->requests, request);
	if (got > 0 && stay_check(&connection->requests.stay) != 0)
		return -1;
	return got;
}

/* One request after the other, until the peer says goodbye. */
static int
serve_requests(struct connection *connection)
{
	struct request request;
	struct reply reply;
	struct noted noted;
	uint64_t began;
	int got = 1;

	while (!connection->pair.over &&
	    (got = take_next(connection, &request)) > 0) {
		began = event_clock() - puts_waited(&connection->verbs.puts);
		counts_begin(connection->serve->counts);
		connection->answered = true;
		carry_out(connection, &request, &reply);
		noted = who(connection);
		noted_request(&noted, &request, &reply, event_clock() - began);
		count(connection, &request, &reply, began);
		if (reply.status == FAIL_SYSTEM &&
		    (got = stay_check(&connection->requests.stay)) != 0)
			break;
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

/* A stranger has a few seconds, and no need to send much. */
static void
restrict_stranger(struct connection *connection)
{
	if (!is_stranger(connection))
		return;
	connection->requests.idle_ms = connection->serve->handshake_ms;
	connection->requests.no_payload = true;
}

static void
release(struct connection *connection)
{
	requests_release(&connection->requests);
	verbs_release(&connection->verbs);
	pair_release(&connection->pair);
	replies_release(&connection->replies);
}

int
serve_connection(const struct serve *serve, int in, int out, const char *from)
{
	struct connection connection = {
	    .serve = serve,
	    .from = from,
	    .verbs = {.store = serve->store,
		.store_path = serve->store_path,
		.authority = {.store = serve->store,
		    .store_path = serve->store_path,
		    .roster = serve->roster},
		.accept.authority = &connection.verbs.authority,
		.scalar = serve->scalar,
		.budget = serve->budget,
		.counts = serve->counts,
		.keep_dropped = serve->keep_dropped,
		.no_drop = serve->no_drop,
		.known = serve->known,
		.stay = {go_on, &connection}},
	    .pair = {.files = serve->pairing},
	    .requests = {.idle_ms = serve->idle_ms,
		.wake = serve->wake,
		.stay = {go_on, &connection},
		.use = admission_use,
		.part = admission_part,
		.context = &connection.admission},
	    .admission.verbs = &connection.verbs,
	    .replies = {.idle_ms = serve->idle_ms},
	};
	struct tls_options options = {
	    .in = in,
	    .out = out,
	    .scalar = serve->scalar,
	    .role = &channel_server,
	    .handshake_ms = serve->handshake_ms,
	    .trust = trust,
	    .stay = connection.requests.stay,
	    .wake = serve->wake,
	    .context = &connection,
	};
	struct noted noted;
	int result = -1;

	connection.requests.tls = connection.replies.tls = tls_open(&options);
	connection.lines = share_of(&connection);
	noted = who(&connection);
	noted_connection(&noted, LINES_CONNECT,
	    connection.requests.tls == NULL ? -1 : 0);
	counts_connection(serve->counts, connection.requests.tls != NULL);
	if (connection.requests.tls != NULL) {
		restrict_stranger(&connection);
		if (!is_stranger(&connection))
			seats_prove(serve->seat, &connection.verbs.id,
			    event_clock());
		result = serve_requests(&connection);
		noted = who(&connection);
		noted_connection(&noted, LINES_DISCONNECT, result);
	}
	tls_close(connection.requests.tls);
	release(&connection);
	return result;
}
