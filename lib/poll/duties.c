/* SPDX-License-Identifier: ISC */
#include "poll/duties.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "format/limits.h"
#include "poll/stripes.h"
#include "xfer/receipts_read.h"

/* What is found of one holder. */
struct part {
	struct duties *duties;
	struct buf receipted; /* ids that it signed for, sorted */
	struct buf sizes;     /* of these shards, 0: in no index; uint32_t */
	struct buf claimed;   /* duties that it claims to have */
};

/* Going through papers and indexes. */
struct load {
	const struct living *living;
	struct part *part; /* one for each holder */
	size_t count;
};

/* Another's receipt is passed over. */
static int
take_receipt(void *context, const struct receipts_paper *paper)
{
	struct load *load = context;
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < load->count; i++)
		if (digest_equal(&load->part[i].duties->holder->id,
			&paper->signer))
			result = buf_append(&load->part[i].receipted,
			    paper->receipt.ids);
	return result;
}

/* All its receipts are there: room for the sizes. */
static int
end_receipts(struct part *part)
{
	size_t size;

	digest_sort(&part->receipted);
	size = part->receipted.size / sizeof(struct digest) * sizeof(uint32_t);
	if (buf_reserve(&part->sizes, size) != 0)
		return -1;
	if (size > 0)
		memset(part->sizes.data, 0, size);
	part->duties->unreceipted = size == 0;
	return 0;
}

static int
load_receipts(struct load *load)
{
	struct receipts_reader reader = {NULL, take_receipt, load};
	size_t i;

	if (receipts_read(load->living->holders, &load->living->owner,
		&reader) != 0)
		return -1;
	for (i = 0; i < load->count; i++)
		if (end_receipts(&load->part[i]) != 0)
			return -1;
	return 0;
}

/* Note how long those shards of a stripe are that it signed for. */
static void
take_signed(struct part *part, const struct stripe *stripe, uint32_t size)
{
	uint32_t *sizes = (uint32_t *)(void *)part->sizes.data;
	int64_t found;
	unsigned i;

	for (i = 0; i < stripe->total; i++) {
		found =
		    digest_find(span_of_buf(&part->receipted), &stripe->id[i]);
		if (found >= 0)
			sizes[found] = size;
	}
}

/* Ask it which of a stripe it has; one that is away claims nothing. */
static int
take_claimed(const struct load *load, struct part *part,
    const struct stripe *stripe, uint32_t size)
{
	struct question question = {STORE_SHARDS, load->living->owner,
	    stripe->id, stripe->total, size, false, NULL};
	struct duty duty = {.size = size};
	bool there[LIMIT_TOTAL];
	unsigned i;

	if (!holder_usable(part->duties->holder) ||
	    holder_have(part->duties->holder, &question, there) != 0)
		return 0;
	for (i = 0; i < stripe->total; i++) {
		duty.id = stripe->id[i];
		if (there[i] &&
		    buf_append(&part->claimed, span_of(&duty, sizeof duty)) !=
			0)
			return -1;
	}
	return 0;
}

static int
take_stripe(void *context, const struct listing *listing,
    const struct stripe *stripe)
{
	const struct load *load = context;
	uint32_t size = stripe_shard_size(&listing->head, stripe->size);
	struct part *part;
	size_t i;

	for (i = 0; i < load->count; i++) {
		part = &load->part[i];
		if (!part->duties->unreceipted)
			take_signed(part, stripe, size);
		else if (take_claimed(load, part, stripe, size) != 0)
			return -1;
	}
	return 0;
}

/* What was signed for and is in an index, besides what was claimed. */
static int
make_duties(struct part *part)
{
	const uint32_t *sizes = (const uint32_t *)(void *)part->sizes.data;
	size_t i, count = part->receipted.size / sizeof(struct digest);
	struct duty duty;

	for (i = 0; i < count; i++) {
		duty.id = digest_from(
		    part->receipted.data + i * sizeof(struct digest));
		duty.size = sizes[i];
		if (duty.size > 0 &&
		    buf_append(&part->claimed, span_of(&duty, sizeof duty)) !=
			0)
			return -1;
	}
	part->duties->duty = (struct duty *)(void *)part->claimed.data;
	part->duties->count =
	    duty_sort(part->duties->duty, part->claimed.size / sizeof duty);
	part->claimed = (struct buf){0};
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
	if (load_receipts(&load) != 0 ||
	    stripes_each(living, take_stripe, &load) != 0)
		result = -1;
	for (i = 0; i < count; i++) {
		if (result == 0)
			result = make_duties(&load.part[i]);
		buf_release(&load.part[i].receipted);
		buf_release(&load.part[i].sizes);
		buf_release(&load.part[i].claimed);
	}
	free(load.part);
	return result;
}

void
duties_release(struct duties *duties, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(duties[i].duty);
}
