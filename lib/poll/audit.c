/* SPDX-License-Identifier: ISC */
#include "poll/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/number.h"
#include "crypto/secret.h"
#include "format/message.h"
#include "format/proving.h"
#include "peer/roster.h"
#include "poll/duties.h"
#include "xfer/session.h"

void
audit_release(struct audit *audit)
{
	living_release(&audit->living);
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
		audit->answered.count[verdict[i]]++;
	return audit->keep ? buf_append(&audit->proofs, document) : 0;
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
	inquiry.drawn = memory_get(inquiry.count, sizeof *inquiry.drawn);
	if (inquiry.drawn == NULL)
		return -1;
	if (each)
		draw_each(&inquiry.seed, &audit->holder->id, duties->duty,
		    duties->count, inquiry.drawn);
	else
		draw_pieces(&inquiry.seed, &audit->holder->id, duties->duty,
		    duties->count, inquiry.drawn, inquiry.count);
	audit->answered.asked = inquiry.count;
	result = ask_all(&inquiry);
	free(inquiry.drawn);
	return result;
}

int
audit_holder(struct audit *audit)
{
	struct duties duties = {.holder = audit->holder};
	size_t i;
	int result;

	if (!holder_usable(audit->holder))
		return fail_again(&audit->holder->reason);
	result = living_load(&audit->living, audit->holders, &audit->owner);
	if (result == 0)
		result = duties_load(&duties, 1, &audit->living);
	if (result == 0 && !holder_usable(audit->holder))
		result = fail_again(&audit->holder->reason);
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
	duties_release(&duties, 1);
	return result;
}

int
audit_row(const struct audit *audit, enum report_style style, struct buf *rows)
{
	char size[NUMBER_SIZE_TEXT];
	struct report_field field[3 + ANSWERED_FIELDS] = {
	    {"peer", audit->holder->peer->name, 0, false, -16},
	    {"shards", NULL, audit->shards, true, 8},
	    {"bytes", size, audit->size, true, 10},
	};

	number_size_text(audit->size, size);
	answered_fields(&audit->answered, field + 3);
	return report_add(style, REPORT_FIELDS(field), true, rows);
}

int
audit_judge(const struct audit *audit)
{
	const char *name = audit->holder->peer->name;
	char who[256];

	if (audit->unreceipted)
		log_line(LOG_WARN,
		    "no receipt of peer '%s' is there: it was asked for what "
		    "it says it has",
		    name);
	snprintf(who, sizeof who, "peer '%s'", name);
	return answered_judge(&audit->answered, who);
}

struct holder *
audit_find(struct holders *holders, const char *name)
{
	struct holder *holder;
	size_t i;

	for (i = 0; i < holders->count; i++) {
		holder = &holders->holder[i];
		if (strcmp(holder->peer->name, name) == 0 &&
		    holder->peer->has_id)
			return holder;
		if (strcmp(holder->peer->name, name) == 0) {
			fail(FAIL_USAGE,
			    "peer '%s' is a disk, which answers no questions",
			    name);
			fail_hint("shard-repair -c reads all of it");
			return NULL;
		}
	}
	fail(FAIL_USAGE, "there is no peer '%s' with an address in the roster",
	    name);
	return NULL;
}
