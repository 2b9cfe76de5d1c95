/* SPDX-License-Identifier: ISC */
#include "poll/duties.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "format/limits.h"
#include "poll/stripes.h"
#include "xfer/receipts_read.h"

#define FEW 4096 /* shards that may be named twice, whatever there is */

/* What is found of one holder. */
struct part {
	struct duties *duties;
	uint8_t *has; /* a bit for each shard that is named */
};

/*
 * What the indexes name comes first: of receipts, which anybody may sign as
 * many as he likes, nothing is kept but what they say of that.
 */
struct load {
	const struct living *living;
	struct buf named;  /* shards, as duties */
	size_t named_once; /* of them, when they were sorted last */
	struct part *part; /* one for each holder */
	size_t count;
};

static struct duty *
named(const struct load *load)
{
	return (struct duty *)(void *)load->named.data;
}

/* Snapshots name the same shards again and again: each stays but once. */
static void
sort_named(struct load *load)
{
	load->named_once =
	    duty_sort(named(load), load->named.size / sizeof(struct duty));
	load->named.size = load->named_once * sizeof(struct duty);
}

static int
name_stripe(void *context, const struct listing *listing,
    const struct stripe *stripe)
{
	struct load *load = context;
	struct duty duty = {
	    .size = stripe_shard_size(&listing->head, stripe->size)};
	unsigned i;

	for (i = 0; i < stripe->total; i++) {
		duty.id = stripe->id[i];
		if (buf_append(&load->named, span_of(&duty, sizeof duty)) != 0)
			return -1;
	}
	if (load->named.size / sizeof duty > 2 * load->named_once + FEW)
		sort_named(load);
	return 0;
}

/* With room to say of each holder whether it has them. */
static int
load_named(struct load *load)
{
	size_t i;

	if (stripes_each(load->living, name_stripe, load) != 0)
		return -1;
	sort_named(load);
	for (i = 0; i < load->count; i++) {
		load->part[i].has = memory_get(load->named_once / 8 + 1, 1);
		if (load->part[i].has == NULL)
			return -1;
	}
	return 0;
}

static bool
has(const struct part *part, size_t shard)
{
	return part->has[shard / 8] >> shard % 8 & 1;
}

static void
note(struct part *part, size_t shard)
{
	part->has[shard / 8] |= (uint8_t)(1 << shard % 8);
}

static void
take_ids(const struct load *load, struct part *part, struct span ids)
{
	const struct duty *duty;
	struct digest id;
	size_t i;

	for (i = 0; i < ids.size; i += sizeof id) {
		id = digest_from(ids.data + i);
		duty = duty_find(named(load), load->named_once, &id);
		if (duty != NULL)
			note(part, (size_t)(duty - named(load)));
		part->duties->unreceipted = false;
	}
}

/* Another's receipt is passed over. */
static int
take_receipt(void *context, const struct receipts_paper *paper)
{
	const struct load *load = context;
	struct part *part;
	size_t i;

	for (i = 0; i < load->count; i++) {
		part = &load->part[i];
		if (digest_equal(&part->duties->holder->id, &paper->signer))
			take_ids(load, part, paper->receipt.ids);
	}
	return 0;
}

static int
load_receipts(struct load *load)
{
	struct receipts_reader reader = {NULL, take_receipt, load};
	size_t i;

	for (i = 0; i < load->count; i++)
		load->part[i].duties->unreceipted = true;
	return receipts_read(load->living->holders, &load->living->owner,
	    &reader);
}

/* How many shards from `first` on one question can be about. */
static size_t
alike(const struct load *load, size_t first)
{
	const struct duty *duty = named(load) + first;
	size_t count = 1;

	while (first + count < load->named_once && count < LIMIT_TOTAL &&
	    duty[count].size == duty->size)
		count++;
	return count;
}

/* Ask it which of some shards of one size it has. */
static void
ask(const struct load *load, struct part *part, size_t first, size_t count)
{
	const struct duty *duty = named(load) + first;
	struct digest id[LIMIT_TOTAL];
	struct question question = {STORE_SHARDS, load->living->owner, id,
	    count, duty->size, false, NULL};
	bool there[LIMIT_TOTAL];
	size_t i;

	for (i = 0; i < count; i++)
		id[i] = duty[i].id;
	if (holder_have(part->duties->holder, &question, there) != 0)
		return;
	for (i = 0; i < count; i++)
		if (there[i])
			note(part, first + i);
}

/* Who has signed for nothing is asked; one that is away claims nothing. */
static void
load_claims(struct load *load)
{
	const struct duties *duties;
	size_t i, first, count;

	for (i = 0; i < load->count; i++) {
		duties = load->part[i].duties;
		for (first = 0; duties->unreceipted &&
		     first < load->named_once && holder_usable(duties->holder);
		     first += count) {
			count = alike(load, first);
			ask(load, &load->part[i], first, count);
		}
	}
}

/* What it has signed for, or says that it has. */
static int
make_duties(const struct load *load, struct part *part)
{
	struct duties *duties = part->duties;
	size_t i, count = 0;

	for (i = 0; i < load->named_once; i++)
		count += has(part, i);
	duties->duty = memory_get(count + 1, sizeof *duties->duty);
	if (duties->duty == NULL)
		return -1;
	for (i = 0; i < load->named_once; i++)
		if (has(part, i))
			duties->duty[duties->count++] = named(load)[i];
	return 0;
}

int
duties_load(struct duties *duties, size_t count, const struct living *living)
{
	struct load load = {.living = living, .count = count};
	size_t i;
	int result = 0;

	load.part = memory_get(count + 1, sizeof *load.part);
	if (load.part == NULL)
		return -1;
	for (i = 0; i < count; i++)
		load.part[i].duties = &duties[i];
	if (load_named(&load) != 0 || load_receipts(&load) != 0)
		result = -1;
	else
		load_claims(&load);
	for (i = 0; i < count; i++) {
		if (result == 0)
			result = make_duties(&load, &load.part[i]);
		free(load.part[i].has);
	}
	free(load.part);
	buf_release(&load.named);
	return result;
}

void
duties_release(struct duties *duties, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(duties[i].duty);
}
