/* SPDX-License-Identifier: ISC */
#include "crypto/channel.h"

#include <bearssl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "crypto/certificate.h"
#include "crypto/pin.h"
#include "crypto/refusal.h"
#include "crypto/role.h"
#include "crypto/secret.h"
#include "crypto/suite.h"

/* 16 KiB records and what BearSSL says each direction adds at most. */
#define IN_SIZE (16384 + 325)
#define OUT_SIZE (16384 + 85)

struct channel {
	union role_context tls;
	struct pin pin;
	struct secret scalar;
	br_ec_private_key key;
	struct certificate certificate;
	br_x509_certificate chain;
	const char *protocol;
	enum channel_state state;
	bool pending; /* pushed bytes are in a record that is not closed */
	bool shaking; /* when `error` came */
	int error;    /* for refusal_tell */
	uint8_t alert[REFUSAL_ALERT_SIZE];
	size_t alert_size; /* still to be sent */
	uint8_t in[IN_SIZE], out[OUT_SIZE];
};

static void
set_engine(struct channel *channel)
{
	br_ssl_engine_context *engine = &channel->tls.engine;

	suite_set(engine);
	br_ssl_engine_add_flags(engine, BR_OPT_FAIL_ON_ALPN_MISMATCH);
	br_ssl_engine_set_protocol_names(engine, &channel->protocol, 1);
	br_ssl_engine_set_x509(engine, &channel->pin.vtable);
	br_ssl_engine_set_buffers_bidi(engine, channel->in, sizeof channel->in,
	    channel->out, sizeof channel->out);
}

static void
set_identity(struct channel *channel, const struct channel_role *role)
{
	channel->key = (br_ec_private_key){BR_EC_secp256r1,
	    channel->scalar.byte, sizeof channel->scalar.byte};
	channel->chain = (br_x509_certificate){channel->certificate.byte,
	    channel->certificate.size};
	role->identify(&channel->tls, &channel->chain, &channel->key);
}

/* BearSSL would be content with RDRAND alone. */
static int
add_randomness(struct channel *channel)
{
	uint8_t seed[48];

	if (secret_random_bytes(seed, sizeof seed) != 0)
		return -1;
	br_ssl_engine_inject_entropy(&channel->tls.engine, seed, sizeof seed);
	secret_wipe(seed, sizeof seed);
	return 0;
}

static int
start(struct channel *channel, const struct channel_options *options)
{
	channel->scalar = *options->scalar;
	channel->protocol = CHANNEL_PROTOCOL;
	if (certificate_encode(&channel->scalar, &channel->certificate) != 0)
		return -1;
	pin_init(&channel->pin, options->trust, options->context);
	options->role->zero(&channel->tls);
	set_engine(channel);
	set_identity(channel, options->role);
	if (add_randomness(channel) != 0)
		return -1;
	if (options->role->reset(&channel->tls))
		return 0;
	return fail(FAIL_SYSTEM, "cannot start TLS (error %d)",
	    br_ssl_engine_last_error(&channel->tls.engine));
}

struct channel *
channel_open(const struct channel_options *options)
{
	struct channel *channel = memory_get(1, sizeof *channel);

	if (channel == NULL)
		return NULL;
	if (start(channel, options) == 0)
		return channel;
	channel_close(channel);
	return NULL;
}

void
channel_close(struct channel *channel)
{
	if (channel == NULL)
		return;
	secret_wipe(channel, sizeof *channel);
	free(channel);
}

static void
break_off(struct channel *channel, int error)
{
	channel->shaking = channel->state == CHANNEL_SHAKING;
	channel->state = CHANNEL_FAILED;
	channel->error = error;
	if (channel->shaking)
		channel->alert_size = refusal_alert(error, channel->alert);
}

/* What must hold after every handshake, whatever BearSSL lets pass. */
static void
finish_handshake(struct channel *channel)
{
	br_ssl_engine_context *engine = &channel->tls.engine;
	const char *protocol = br_ssl_engine_get_selected_protocol(engine);

	if (!channel->pin.trusted ||
	    br_ssl_engine_get_version(engine) != BR_TLS12)
		break_off(channel, REFUSAL_UNPROVED);
	else if (protocol == NULL || strcmp(protocol, CHANNEL_PROTOCOL) != 0)
		break_off(channel, REFUSAL_PROTOCOL);
	else
		channel->state = CHANNEL_OPEN;
}

/* Learn what became of the session by what the engine has just been told. */
static void
observe(struct channel *channel)
{
	unsigned possible = br_ssl_engine_current_state(&channel->tls.engine);
	int error = br_ssl_engine_last_error(&channel->tls.engine);
	bool shaking = channel->state == CHANNEL_SHAKING;

	if (!shaking && channel->state != CHANNEL_OPEN)
		return;
	if (possible == BR_SSL_CLOSED && error != BR_ERR_OK)
		break_off(channel, error);
	else if (possible == BR_SSL_CLOSED && shaking)
		break_off(channel, REFUSAL_GOODBYE);
	else if (possible == BR_SSL_CLOSED)
		channel->state = CHANNEL_ENDED;
	else if (shaking && possible & (BR_SSL_SENDAPP | BR_SSL_RECVAPP))
		finish_handshake(channel);
}

enum channel_state
channel_state(const struct channel *channel)
{
	return channel->state;
}

int
channel_failure(const struct channel *channel)
{
	return refusal_tell(channel->error, channel->shaking,
	    channel->pin.seen ? &channel->pin.id : NULL);
}

const struct digest *
channel_peer(const struct channel *channel)
{
	return &channel->pin.id;
}

uint8_t *
channel_room(const struct channel *channel, size_t *size)
{
	*size = 0;
	if (channel->state == CHANNEL_FAILED)
		return NULL;
	return br_ssl_engine_recvrec_buf(&channel->tls.engine, size);
}

void
channel_arrived(struct channel *channel, size_t size)
{
	br_ssl_engine_recvrec_ack(&channel->tls.engine, size);
	observe(channel);
}

const uint8_t *
channel_waiting(struct channel *channel, size_t *size)
{
	if (channel->state == CHANNEL_FAILED) {
		*size = channel->alert_size;
		return channel->alert + sizeof channel->alert - *size;
	}
	if (channel->pending)
		br_ssl_engine_flush(&channel->tls.engine, 0);
	channel->pending = false;
	return br_ssl_engine_sendrec_buf(&channel->tls.engine, size);
}

void
channel_sent(struct channel *channel, size_t size)
{
	if (channel->state == CHANNEL_FAILED) {
		channel->alert_size -= size;
		return;
	}
	br_ssl_engine_sendrec_ack(&channel->tls.engine, size);
	observe(channel);
}

size_t
channel_push(struct channel *channel, const void *bytes, size_t size)
{
	size_t room = 0;
	uint8_t *to = NULL;

	if (channel->state == CHANNEL_OPEN)
		to = br_ssl_engine_sendapp_buf(&channel->tls.engine, &room);
	if (size > room)
		size = room;
	if (size == 0)
		return 0;
	memcpy(to, bytes, size);
	br_ssl_engine_sendapp_ack(&channel->tls.engine, size);
	channel->pending = true;
	return size;
}

size_t
channel_pull(struct channel *channel, void *to, size_t size)
{
	size_t there = 0;
	const uint8_t *from = NULL;

	if (channel->state == CHANNEL_OPEN)
		from = br_ssl_engine_recvapp_buf(&channel->tls.engine, &there);
	if (size > there)
		size = there;
	if (size == 0)
		return 0;
	memcpy(to, from, size);
	br_ssl_engine_recvapp_ack(&channel->tls.engine, size);
	return size;
}

bool
channel_heard_goodbye(const struct channel *channel)
{
	unsigned possible = br_ssl_engine_current_state(&channel->tls.engine);

	if (channel->state != CHANNEL_OPEN)
		return channel->state == CHANNEL_ENDED;
	return (possible & (BR_SSL_RECVREC | BR_SSL_RECVAPP)) == 0;
}

void
channel_goodbye(struct channel *channel)
{
	size_t size;

	if (channel->state != CHANNEL_OPEN)
		return;
	while (br_ssl_engine_recvapp_buf(&channel->tls.engine, &size) != NULL)
		br_ssl_engine_recvapp_ack(&channel->tls.engine, size);
	br_ssl_engine_close(&channel->tls.engine);
	observe(channel);
}
