/* SPDX-License-Identifier: ISC */
#include "xfer/promises.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "xfer/needed.h"
#include "xfer/receipts_read.h"

#define MANY 5000	/* receipts that take some seconds to be checked */
#define THIS_RUN 100000 /* ids that may come yet: for the size of the filter */

struct promises {
	struct holders *holders;
	struct digest owner, salt;
	pthread_mutex_t lock; /* of what follows */
	struct needed signed_for;
	size_t *taken; /* bytes of each holder's receipts that it has yet */
};

/*
 * Who signed and what, in one: a secret of this run is hashed as well, so that
 * nobody can choose two that mean the same bits.
 */
static struct digest
pair_of(const struct promises *promises, const struct digest *signer,
    const struct digest *id)
{
	struct digest pair[] = {*signer, *id};

	return hash_pair(span_of(&promises->salt, sizeof promises->salt),
	    span_of(pair, sizeof pair));
}

/* The word of anybody else is worth nothing, and would take room. */
static bool
is_holder(const struct holders *holders, const struct digest *signer)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		if (digest_equal(&holders->holder[i].id, signer))
			return true;
	return false;
}

static void
add(struct promises *promises, const struct digest *signer,
    const struct receipt *receipt)
{
	struct digest id, pair;
	size_t i;

	if (!is_holder(promises->holders, signer))
		return;
	for (i = 0; i < receipt->ids.size; i += sizeof id) {
		id = digest_from(receipt->ids.data + i);
		pair = pair_of(promises, signer, &id);
		needed_add(&promises->signed_for, &pair);
	}
}

static int
add_paper(void *context, const struct receipts_paper *paper)
{
	add(context, &paper->signer, &paper->receipt);
	return 0;
}

static int
make_room(void *context, size_t papers, size_t fewest)
{
	struct promises *promises = context;

	(void)fewest;
	if (papers >= MANY)
		log_line(LOG_NOTE, "reading %zu receipts of the peers", papers);
	return needed_init(&promises->signed_for,
	    (uint64_t)papers * LIMIT_REQUEST_IDS + THIS_RUN);
}

static bool
asks_for_any(const struct holders *holders)
{
	size_t i;

	for (i = 0; i < holders->count; i++)
		if (holder_usable(&holders->holder[i]) &&
		    holders->holder[i].calls->found != NULL)
			return true;
	return false;
}

static int
load(struct promises *promises)
{
	struct receipts_reader reader = {make_room, add_paper, promises};

	if (promises->taken == NULL)
		return -1;
	if (secret_random_bytes(&promises->salt, sizeof promises->salt) != 0)
		return -1;
	if (!asks_for_any(promises->holders))
		return make_room(promises, 0, 0);
	return receipts_read(promises->holders, &promises->owner, &reader);
}

struct promises *
promises_open(struct holders *holders, const struct digest *owner)
{
	struct promises *promises = holders->promises;

	if (promises != NULL && digest_equal(&promises->owner, owner))
		return promises;
	promises_close(promises);
	holders->promises = promises = memory_get(1, sizeof *promises);
	if (promises == NULL)
		return NULL;
	promises->holders = holders;
	promises->owner = *owner;
	promises->taken = memory_get(holders->count, sizeof *promises->taken);
	pthread_mutex_init(&promises->lock, NULL);
	if (load(promises) == 0)
		return promises;
	promises_close(promises);
	holders->promises = NULL;
	return NULL;
}

void
promises_close(struct promises *promises)
{
	if (promises == NULL)
		return;
	needed_release(&promises->signed_for);
	free(promises->taken);
	pthread_mutex_destroy(&promises->lock);
	free(promises);
}

/* What it has signed since it was looked at last; both locks are held. */
static void
take_new(struct promises *promises, struct holder *holder)
{
	size_t *taken = &promises->taken[holder - promises->holders->holder];
	struct span document,
	    rest = span_of(holder->receipts.data + *taken,
		holder->receipts.size - *taken);
	struct receipt receipt;

	while (cbor_take(&rest, LIMIT_DOCUMENT, "a receipt", &document) > 0)
		if (receipt_decode(document, &holder->id, &receipt) == 0)
			add(promises, &holder->id, &receipt);
	*taken = holder->receipts.size;
}

struct digest
promises_owner(const struct promises *promises)
{
	return promises->owner;
}

void
promises_take(struct promises *promises, struct holder *holder,
    struct buf *receipts)
{
	pthread_mutex_lock(&promises->lock);
	pthread_mutex_lock(&holder->lock);
	take_new(promises, holder);
	*receipts = holder->receipts;
	holder->receipts = (struct buf){0};
	promises->taken[holder - promises->holders->holder] = 0;
	pthread_mutex_unlock(&holder->lock);
	pthread_mutex_unlock(&promises->lock);
}

static bool
has_signed(struct promises *promises, struct holder *holder,
    const struct digest *id)
{
	struct digest pair = pair_of(promises, &holder->id, id);
	bool has;

	pthread_mutex_lock(&promises->lock);
	pthread_mutex_lock(&holder->lock);
	take_new(promises, holder);
	pthread_mutex_unlock(&holder->lock);
	has = !needed_is_full(&promises->signed_for) &&
	    needed_has(&promises->signed_for, &pair);
	pthread_mutex_unlock(&promises->lock);
	return has;
}

int
promises_found(struct promises *promises, struct holder *holder,
    const struct store_key *key)
{
	if (holder->calls->found == NULL ||
	    has_signed(promises, holder, &key->id))
		return 0;
	return holder->calls->found(holder, key);
}
