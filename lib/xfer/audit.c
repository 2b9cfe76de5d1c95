/* SPDX-License-Identifier: ISC */
#include "xfer/audit.h"

#include <stdlib.h>

#include "base/log.h"
#include "crypto/secret.h"
#include "format/message.h"
#include "format/proving.h"
#include "peer/roster.h"
#include "xfer/duties.h"
#include "xfer/session.h"

void
audit_release(struct audit *audit)
{
	buf_release(&audit->proofs);
}

/* Questions, and how far the answers go. */
struct inquiry {
	struct audit *audit;
	struct digest seed;
	const struct duty *duty;
	struct drawn *drawn;
	size_t count;
};

static int
take_proof(struct inquiry *inquiry, size_t first, size_t count,
    struct span document)
{
	struct audit *audit = inquiry->audit;
	uint8_t verdict[LIMIT_REQUEST_IDS];
	struct proof proof;
	size_t i;

	if (proof_decode(document, &audit->holder->id, &proof) != 0)
		return -1;
	if (proof.first != first || proof.count != count ||
	    !digest_equal(&proof.owner, &audit->owner))
		return fail(FAIL_DATA, "peer '%s' answers what was not asked",
		    audit->holder->peer->name);
	if (proof_check(&proof, &inquiry->seed, inquiry->duty, inquiry->drawn,
		inquiry->count, verdict) != 0)
		return -1;
	for (i = 0; i < count; i++)
		audit->count[verdict[i]]++;
	return buf_append(&audit->proofs, document);
}

/* The questions from `first` on, as many as one request holds. */
static int
ask(struct inquiry *inquiry, size_t first, size_t count)
{
	struct audit *audit = inquiry->audit;
	struct prove_ask ask = {inquiry->seed, (uint32_t)first, {0}};
	struct request request = {.verb = VERB_PROVE, .owner = audit->owner};
	struct buf ids = {0}, pieces = {0}, body = {0};
	const struct drawn *drawn = inquiry->drawn + first;
	struct answer answer = {0};
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < count; i++) {
		result = buf_append(&ids,
		    span_of_digest(&inquiry->duty[drawn[i].duty].id));
		if (result == 0)
			result = prove_ask_add(&pieces, drawn[i].piece);
	}
	ask.pieces = span_of_buf(&pieces);
	if (result == 0)
		result = prove_ask_encode(&ask, &body);
	request.ids = span_of_buf(&ids);
	request.size = LIMIT_DOCUMENT; /* of the answer, at most */
	request.body = span_of_buf(&body);
	if (result == 0)
		result = holder_ask(audit->holder, &request, &answer);
	if (result == 0)
		result = take_proof(inquiry, first, count,
		    span_of_buf(&answer.payload));
	answer_release(&answer);
	buf_release(&ids);
	buf_release(&pieces);
	buf_release(&body);
	return result;
}

static int
ask_all(struct inquiry *inquiry)
{
	size_t first, part;

	for (first = 0; first < inquiry->count; first += part) {
		part = inquiry->count - first;
		if (part > LIMIT_REQUEST_IDS)
			part = LIMIT_REQUEST_IDS;
		if (ask(inquiry, first, part) != 0)
			return -1;
	}
	return 0;
}

/* Draw the questions, then ask them. */
static int
inquire(struct audit *audit, const struct duties *duties)
{
	bool each = audit->sample == 0;
	struct inquiry inquiry = {
	    .audit = audit,
	    .duty = duties->duty,
	    .count = each ? duties->count : audit->sample,
	};
	int result;

	if (secret_random_bytes(inquiry.seed.byte, sizeof inquiry.seed.byte) !=
	    0)
		return -1;
	inquiry.drawn = calloc(inquiry.count, sizeof *inquiry.drawn);
	if (inquiry.drawn == NULL)
		return fail_errno("cannot get memory");
	if (each)
		draw_each(&inquiry.seed, &audit->holder->id, duties->duty,
		    duties->count, inquiry.drawn);
	else
		draw_pieces(&inquiry.seed, &audit->holder->id, duties->duty,
		    duties->count, inquiry.drawn, inquiry.count);
	audit->asked = inquiry.count;
	result = ask_all(&inquiry);
	free(inquiry.drawn);
	return result;
}

int
audit_holder(struct audit *audit)
{
	struct duties duties;
	size_t i;
	int result;

	if (!holder_usable(audit->holder))
		return fail_again(&audit->holder->reason);
	result =
	    duties_load(&duties, audit->holders, &audit->owner, audit->holder);
	audit->unreceipted = duties.unreceipted;
	audit->shards = duties.count;
	for (i = 0; i < duties.count; i++)
		audit->size += duties.duty[i].size;
	if (result == 0 && duties.count == 0)
		result = fail(FAIL_NO,
		    "there is nothing that peer '%s' should have",
		    audit->holder->peer->name);
	if (result == 0)
		result = inquire(audit, &duties);
	duties_release(&duties);
	return result;
}
