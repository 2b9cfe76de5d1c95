/* SPDX-License-Identifier: ISC */
#include "xfer/owed.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "doc/receipt.h"
#include "format/limits.h"

#define ROOM 64 /* debts at first */

void
owed_init(struct owed *owed)
{
	*owed = (struct owed){.count = 0};
	pthread_mutex_init(&owed->lock, NULL);
}

void
owed_release(struct owed *owed)
{
	free(owed->debt);
	pthread_mutex_destroy(&owed->lock);
}

bool
owed_for(enum store_shelf shelf)
{
	return shelf == STORE_SHARDS || shelf == STORE_SNAPSHOTS;
}

/* The lock is held. */
static int
append_locked(struct owed *owed, const struct debt *debt)
{
	size_t room = owed->room > 0 ? 2 * owed->room : ROOM;
	struct debt *more;

	if (owed->count == LIMIT_OWED)
		return fail(FAIL_SYSTEM, "more than %d without a receipt",
		    LIMIT_OWED);
	if (owed->count == owed->room) {
		more = memory_more(owed->debt, room, sizeof *more);
		if (more == NULL)
			return -1;
		owed->debt = more;
		owed->room = room;
	}
	owed->debt[owed->count++] = *debt;
	return 0;
}

static int
append(struct owed *owed, const struct debt *debt)
{
	int result;

	pthread_mutex_lock(&owed->lock);
	result = append_locked(owed, debt);
	pthread_mutex_unlock(&owed->lock);
	return result;
}

int
owed_send(struct owed *owed, const struct store_key *key, unsigned breaks)
{
	struct debt debt = {*key, breaks, DEBT_SENT, false, false};

	return owed_for(key->shelf) ? append(owed, &debt) : 0;
}

int
owed_found(struct owed *owed, const struct store_key *key, unsigned breaks)
{
	struct debt debt = {*key, breaks, DEBT_TAKEN, true, false};

	return append(owed, &debt);
}

void
owed_answer(struct owed *owed, const struct store_key *key, bool taken)
{
	size_t i = 0;

	pthread_mutex_lock(&owed->lock);
	while (i < owed->count &&
	    (owed->debt[i].state != DEBT_SENT ||
		!digest_equal(&owed->debt[i].key.id, &key->id)))
		i++;
	if (i < owed->count) {
		if (taken)
			owed->debt[i].state = DEBT_TAKEN;
		else
			owed->debt[i] = owed->debt[--owed->count];
	}
	pthread_mutex_unlock(&owed->lock);
}

/* What was found is signed for only if it is named. */
static int
name_found(const struct debt *debt, struct digest *owner, struct buf *ids)
{
	if (!debt->found)
		return 0;
	*owner = debt->key.owner;
	return buf_append(ids, span_of_digest(&debt->key.id));
}

int
owed_commit(struct owed *owed, struct digest *owner, struct buf *ids)
{
	struct debt *debt;
	int result = 0;
	size_t i;

	pthread_mutex_lock(&owed->lock);
	for (i = 0; result == 0 && i < owed->count; i++) {
		debt = &owed->debt[i];
		if (debt->state != DEBT_TAKEN ||
		    (debt->found &&
			ids->size == LIMIT_REQUEST_IDS * sizeof *owner))
			continue;
		debt->state = DEBT_DUE;
		result = name_found(debt, owner, ids);
	}
	pthread_mutex_unlock(&owed->lock);
	return result;
}

/* NULL: there is no receipt. */
static bool
names(const struct receipt *receipt, const struct store_key *key)
{
	size_t i;

	if (receipt == NULL || !digest_equal(&receipt->owner, &key->owner))
		return false;
	for (i = 0; i < receipt->ids.size; i += sizeof key->id)
		if (memcmp(receipt->ids.data + i, &key->id, sizeof key->id) ==
		    0)
			return true;
	return false;
}

/* What was due, and what of that a receipt does not name. */
struct sum {
	size_t due, found, missing;
	struct store_key first; /* that is missing */
};

static void
add(struct sum *sum, const struct debt *debt)
{
	sum->due++;
	sum->found += debt->found;
	if (!debt->settled && sum->missing++ == 0)
		sum->first = debt->key;
}

/* Take out what was due. */
static struct sum
take_out(struct owed *owed, const struct receipt *receipt, unsigned breaks)
{
	struct sum sum = {.due = 0};
	struct debt *debt;
	size_t i, kept = 0;

	pthread_mutex_lock(&owed->lock);
	for (i = 0; i < owed->count; i++) {
		debt = &owed->debt[i];
		debt->settled |= names(receipt, &debt->key);
		if (debt->state != DEBT_DUE)
			owed->debt[kept++] = *debt;
		else if (debt->breaks == breaks)
			add(&sum, debt);
	}
	owed->count = kept;
	pthread_mutex_unlock(&owed->lock);
	return sum;
}

static int
judge(const struct sum *sum, const struct receipt *receipt)
{
	char id[DIGEST_HEX_SIZE];

	if (sum->missing == 0)
		return 0;
	if (receipt == NULL)
		return fail(FAIL_DATA, "it %s %zu and gave no receipt",
		    sum->found == sum->due ? "says that it has" : "took",
		    sum->due);
	if (!digest_equal(&receipt->owner, &sum->first.owner))
		return fail(FAIL_DATA, "its receipt is for another owner");
	digest_hex(&sum->first.id, id);
	return fail(FAIL_DATA, "its receipt leaves out %zu of %zu, one is %s",
	    sum->missing, sum->due, id);
}

int
owed_settle(struct owed *owed, const struct digest *holder, unsigned breaks,
    struct span document)
{
	struct receipt receipt, *given = NULL;
	struct failure reason;
	struct sum sum;

	if (document.size == 0 ||
	    receipt_decode(document, holder, &receipt) == 0) {
		given = document.size > 0 ? &receipt : NULL;
		sum = take_out(owed, given, breaks);
		return judge(&sum, given);
	}
	reason = *fail_last();
	take_out(owed, NULL, breaks);
	return fail_again(&reason);
}
