/* SPDX-License-Identifier: ISC */
/*
 * Two ends of a TLS session in memory, and whoever sits between them: keys
 * that are not trusted or not held, other protocols and versions, and a wire
 * that flips, cuts, repeats and inserts bytes.
 */
#include "crypto/channel.h"

#include "crypto/certificate.h"
#include "middle.h"

/* What was heard was said, and all of it if the session ended well. */
static void
heard_right(const struct end *end, const struct end *other, size_t at)
{
	check(memcmp(end->heard, other->speech, end->heard_size) == 0,
	    "wrong bytes were heard (tampered with at %zu)", at);
	if (channel_state(end->channel) == CHANNEL_ENDED)
		check(end->heard_size == SPEECH,
		    "an end after %zu bytes (tampered with at %zu)",
		    end->heard_size, at);
}

static void
failed(const struct end *end, const char *words, const char *what)
{
	check(channel_state(end->channel) == CHANNEL_FAILED, "%s: state %d",
	    what, (int)channel_state(end->channel));
	check_fails(channel_failure(end->channel), FAIL_DATA, words, what);
	check(end->said == 0 && end->heard_size == 0, "%s: it spoke", what);
}

/* Run with `tamper`; the ends must fail with these words. */
static void
refused(uint8_t client_key, uint8_t server_key, struct tamper *tamper,
    const char *client_words, const char *server_words, const char *what)
{
	static struct session session;

	session_open(&session, client_key, server_key);
	session.tamper = tamper;
	session_run(&session);
	check(tamper == NULL || tamper->done, "%s: was not done", what);
	failed(&session.client, client_words, what);
	failed(&session.server, server_words, what);
	session_release(&session);
}

static void
keys_that_are_not_trusted(void)
{
	refused(STRANGER, SERVER, NULL, "does not trust our key",
	    "is not trusted", "a strange client");
	refused(CLIENT, STRANGER, NULL, "is not trusted",
	    "does not trust our key", "a strange server");
	refused(CLIENT, CLIENT, NULL, "is not trusted",
	    "does not trust our key", "a client's key at a server");
}

/* The certificate of the one who is trusted, without its private key. */
static void
keys_that_are_not_held(void)
{
	struct certificate client, server, stranger;
	struct secret scalar;
	struct tamper tamper = {.what = stranger.byte};
	uint8_t thief;

	scalar = key_number(CLIENT);
	must(certificate_encode(&scalar, &client) == 0, "encoding");
	scalar = key_number(SERVER);
	must(certificate_encode(&scalar, &server) == 0, "encoding");
	for (thief = STRANGER;; thief++) {
		scalar = key_number(thief);
		must(certificate_encode(&scalar, &stranger) == 0, "encoding");
		if (stranger.size == client.size)
			break;
	}
	tamper = (struct tamper){.to_server = true,
	    .what = stranger.byte,
	    .size = stranger.size,
	    .instead = client.byte,
	    .instead_size = client.size};
	refused(thief, SERVER, &tamper, "alert 51", "does not hold the key",
	    "a client with a stolen certificate");
	for (thief = STRANGER;; thief++) {
		scalar = key_number(thief);
		must(certificate_encode(&scalar, &stranger) == 0, "encoding");
		if (stranger.size == server.size)
			break;
	}
	tamper = (struct tamper){.what = stranger.byte,
	    .size = stranger.size,
	    .instead = server.byte,
	    .instead_size = server.size};
	refused(CLIENT, thief, &tamper, "does not hold the key", "alert 51",
	    "a server with a stolen certificate");
}

static void
other_protocols(void)
{
	static const uint8_t http[] = "GET / HTTP/1.1\r\nHost: localhost\r\n";
	static const uint8_t tls11[] = {3, 2};
	static const uint8_t close_notify[] = {21, 3, 3, 0, 2, 1, 0};
	struct tamper other = {.to_server = true,
	    .what = (const uint8_t *)"shardkit/1",
	    .size = 10,
	    .instead = (const uint8_t *)"shardkit/2",
	    .instead_size = 10};
	struct tamper older = {.to_server = true,
	    .at = 9,
	    .size = 2,
	    .instead = tls11,
	    .instead_size = sizeof tls11};
	struct tamper plain = {.to_server = true,
	    .instead = http,
	    .instead_size = sizeof http};
	struct tamper leave = {.to_server = false,
	    .instead = close_notify,
	    .instead_size = sizeof close_notify};
	static struct session session;

	refused(CLIENT, SERVER, &other, "does not speak 'shardkit/1'",
	    "does not speak 'shardkit/1'", "another protocol");
	refused(CLIENT, SERVER, &older, "does not speak TLS 1.2",
	    "does not speak TLS 1.2", "TLS 1.1");
	refused(CLIENT, SERVER, &plain, "does not speak TLS 1.2",
	    "does not speak TLS 1.2", "HTTP");

	session_open(&session, CLIENT, SERVER);
	session.tamper = &leave;
	session_run(&session);
	check(channel_state(session.client.channel) == CHANNEL_FAILED,
	    "a goodbye inside the handshake is no failure");
	check_fails(channel_failure(session.client.channel), FAIL_SYSTEM,
	    "ended the session during the handshake", "an early goodbye");
	session_release(&session);
}

static void
undisturbed(size_t total[2])
{
	static struct session session;

	session_open(&session, CLIENT, SERVER);
	session_run(&session);
	check(channel_state(session.client.channel) == CHANNEL_ENDED,
	    "the client did not end");
	check(channel_state(session.server.channel) == CHANNEL_ENDED,
	    "the server did not end");
	heard_right(&session.client, &session.server, 0);
	heard_right(&session.server, &session.client, 0);
	check(session.client.mind.questions == 1 &&
		session.server.mind.questions == 1,
	    "trust was not asked for once");
	check(digest_equal(channel_peer(session.client.channel),
		  &session.client.mind.friend),
	    "the server's id");
	check(digest_equal(channel_peer(session.server.channel),
		  &session.server.mind.friend),
	    "the client's id");
	total[0] = session.client.wire.size;
	total[1] = session.server.wire.size;
	session_release(&session);
}

static void
disturbed(struct tamper *tamper)
{
	static struct session session;

	session_open(&session, CLIENT, SERVER);
	session.tamper = tamper;
	session_run(&session);
	heard_right(&session.client, &session.server, tamper->at);
	heard_right(&session.server, &session.client, tamper->at);
	session_release(&session);
}

/* At every `stride`th position of both ways. */
static void
bytes_flipped_cut_and_added(const size_t total[2], size_t stride)
{
	static const uint8_t record[] = {23, 3, 3, 0, 30, 0, 0, 0, 0};
	size_t way, at;

	for (way = 0; way < 2; way++)
		for (at = way; at < total[way]; at += stride) {
			struct tamper flip = {.to_server = way == 1,
			    .at = at,
			    .size = 1};
			struct tamper cut = {.to_server = way == 1,
			    .at = at,
			    .instead = record,
			    .cut = true};
			struct tamper add = {.to_server = way == 1,
			    .at = at,
			    .instead = record,
			    .instead_size = sizeof record};
			struct tamper drop = {.to_server = way == 1,
			    .at = at,
			    .size = 1,
			    .instead = record};

			disturbed(&flip);
			disturbed(&cut);
			disturbed(&add);
			disturbed(&drop);
		}
}

int
main(void)
{
	size_t total[2];

	keys_that_are_not_trusted();
	keys_that_are_not_held();
	other_protocols();
	undisturbed(total);
	bytes_flipped_cut_and_added(total, 97);
	return failures != 0;
}
