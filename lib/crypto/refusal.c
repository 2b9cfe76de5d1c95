/* SPDX-License-Identifier: ISC */
#include "crypto/refusal.h"

#include <bearssl.h>
#include <string.h>

#include "base/base32.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "crypto/channel.h"

/* RFC 5246 section 7.2 */
enum alert {
	HANDSHAKE_FAILURE = 40,
	BAD_CERTIFICATE = 42,
	UNSUPPORTED_CERTIFICATE = 43,
	CERTIFICATE_UNKNOWN = 46,
	UNKNOWN_CA = 48,
	ACCESS_DENIED = 49,
	DECRYPT_ERROR = 51,
	PROTOCOL_VERSION = 70,
	NO_APPLICATION_PROTOCOL = 120 /* RFC 7301 */
};

#define SENT(alert) (BR_ERR_SEND_FATAL_ALERT + (alert))
#define RECEIVED(alert) (BR_ERR_RECV_FATAL_ALERT + (alert))

static int
tell_untrusted(const struct digest *id)
{
	char text[BASE32_TEXT] = "(unknown)";

	if (id != NULL)
		base32_encode(BASE32_ID, id->byte, text);
	return fail(FAIL_DATA, "the peer's key %s is not trusted", text);
}

/* The peer's word about us; before the end of a handshake, anybody's. */
static int
tell_alert(int alert)
{
	switch (alert) {
	case NO_APPLICATION_PROTOCOL:
		return refusal_tell(REFUSAL_PROTOCOL, true, NULL);
	case PROTOCOL_VERSION:
		return fail(FAIL_DATA, "the peer does not speak TLS 1.2");
	case BAD_CERTIFICATE:
	case UNSUPPORTED_CERTIFICATE:
	case CERTIFICATE_UNKNOWN:
	case UNKNOWN_CA:
	case ACCESS_DENIED:
		return fail(FAIL_DATA, REFUSAL_UNKNOWN);
	default:
		return fail(FAIL_DATA,
		    "the peer broke the session off with TLS alert %d", alert);
	}
}

static int
tell_shaking(int error, const struct digest *id)
{
	switch (error) {
	case BR_ERR_X509_NOT_TRUSTED:
		return tell_untrusted(id);
	case BR_ERR_NO_CLIENT_AUTH:
	case BR_ERR_X509_EMPTY_CHAIN:
		return fail(FAIL_DATA, "the peer shows no certificate");
	case BR_ERR_BAD_SIGNATURE:
		return fail(FAIL_DATA,
		    "the peer does not hold the key of its certificate");
	case BR_ERR_UNSUPPORTED_VERSION:
	case BR_ERR_BAD_VERSION:
	case SENT(PROTOCOL_VERSION):
		return fail(FAIL_DATA, "the peer does not speak TLS 1.2");
	case BR_ERR_BAD_CIPHER_SUITE:
	case SENT(HANDSHAKE_FAILURE):
		return fail(FAIL_DATA,
		    "the peer has no TLS 1.2 cipher suite of ours");
	case BR_ERR_NO_RANDOM:
		return fail(FAIL_SYSTEM, "there is no randomness for TLS");
	}
	if (error > BR_ERR_X509_OK && error < BR_ERR_X509_NOT_TRUSTED)
		return fail(FAIL_DATA,
		    "the peer's certificate holds no P-256 key (error %d)",
		    error);
	return fail(FAIL_DATA,
	    "the handshake is not TLS 1.2 or was tampered with (error %d)",
	    error);
}

int
refusal_tell(int error, bool shaking, const struct digest *id)
{
	switch (error) {
	case REFUSAL_PROTOCOL:
	case SENT(NO_APPLICATION_PROTOCOL):
		return fail(FAIL_DATA, "the peer does not speak '%s'",
		    CHANNEL_PROTOCOL);
	case REFUSAL_GOODBYE:
		return fail(FAIL_SYSTEM,
		    "the peer ended the session during the handshake");
	case REFUSAL_UNPROVED:
		return fail(FAIL_DATA, "the handshake proved nothing");
	}
	if (error >= BR_ERR_RECV_FATAL_ALERT && error < BR_ERR_SEND_FATAL_ALERT)
		return tell_alert(error - BR_ERR_RECV_FATAL_ALERT);
	if (shaking)
		return tell_shaking(error, id);
	return fail(FAIL_DATA, "the connection was tampered with (error %d)",
	    error);
}

/* The errors that come before either end sends its ChangeCipherSpec. */
static int
alert_for(int error)
{
	switch (error) {
	case BR_ERR_X509_NOT_TRUSTED:
		return ACCESS_DENIED;
	case BR_ERR_NO_CLIENT_AUTH:
	case BR_ERR_BAD_CIPHER_SUITE:
		return HANDSHAKE_FAILURE;
	case BR_ERR_BAD_SIGNATURE:
		return DECRYPT_ERROR;
	case BR_ERR_UNSUPPORTED_VERSION:
		return PROTOCOL_VERSION;
	default:
		return error > BR_ERR_X509_OK && error < BR_ERR_X509_NOT_TRUSTED
		    ? BAD_CERTIFICATE
		    : 0;
	}
}

size_t
refusal_alert(int error, uint8_t record[static REFUSAL_ALERT_SIZE])
{
	/* type alert, TLS 1.2, 2 bytes, fatal */
	uint8_t bytes[] = {21, 3, 3, 0, 2, 2, (uint8_t)alert_for(error)};

	if (alert_for(error) == 0)
		return 0;
	memcpy(record, bytes, sizeof bytes);
	return sizeof bytes;
}
