/* SPDX-License-Identifier: ISC */
#include "vote/draw.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/piece.h"
#include "crypto/secret.h"

static int
compare_duties(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest)); /* the id is the first */
}

int
duty_add(struct index *index, struct buf *duties)
{
	struct stripe stripe;
	struct head head;
	struct duty duty;
	unsigned i;
	int got;

	if (record_decode_head(index->head, &head) != 0)
		return -1;
	while ((got = index_next(&index->records, &head, &stripe)) > 0) {
		duty.size = stripe_shard_size(&head, stripe.size);
		for (i = 0; i < stripe.total; i++) {
			duty.id = stripe.id[i];
			if (buf_append(duties, span_of(&duty, sizeof duty)) !=
			    0)
				return -1;
		}
	}
	return got;
}

size_t
duty_sort(struct duty *duty, size_t count)
{
	struct buf duties = {(uint8_t *)(void *)duty, count * sizeof *duty, 0};

	buf_sort(&duties, sizeof *duty, compare_duties);
	return duties.size / sizeof *duty;
}

const struct duty *
duty_find(const struct duty *duty, size_t count, const struct digest *id)
{
	if (count == 0)
		return NULL;
	return bsearch(id, duty, count, sizeof *duty, compare_duties);
}

/*
 * Number `i` that seed and holder make, below `limit`: the first 8 bytes of a
 * keyed hash, little-endian, modulo `limit`. That is below 2^44, which leaves
 * a bias below 2^-20.
 */
static uint64_t
draw(const struct digest *seed, const struct digest *holder, uint64_t i,
    uint64_t limit)
{
	uint8_t text[sizeof *holder + 8];
	struct secret key, made;
	uint64_t number = 0;
	size_t b;

	memcpy(key.byte, seed->byte, sizeof key.byte);
	memcpy(text, holder->byte, sizeof *holder);
	for (b = 0; b < 8; b++)
		text[sizeof *holder + b] = (uint8_t)(i >> (8 * b));
	made = hash_keyed(&key, span_of(text, sizeof text));
	for (b = 8; b-- > 0;)
		number = number << 8 | made.byte[b];
	return number % limit;
}

/* A drawn number has not been found yet: both halves of it. */
static uint64_t
number_of(const struct drawn *drawn)
{
	return (uint64_t)drawn->duty << 32 | drawn->piece;
}

static struct drawn
drawn_of(uint64_t number)
{
	return (struct drawn){(uint32_t)(number >> 32), (uint32_t)number};
}

static int
compare_numbers(const void *a, const void *b)
{
	uint64_t x = number_of(a), y = number_of(b);

	return (x > y) - (x < y);
}

void
draw_pieces(const struct digest *seed, const struct digest *holder,
    const struct duty *duty, size_t duties, struct drawn *drawn, size_t count)
{
	uint64_t all = 0, before = 0;
	uint32_t at = 0;
	size_t i;

	for (i = 0; i < duties; i++)
		all += piece_count(duty[i].size);
	for (i = 0; i < count; i++)
		drawn[i] = drawn_of(draw(seed, holder, i, all));
	if (count > 0)
		qsort(drawn, count, sizeof *drawn, compare_numbers);
	for (i = 0; i < count; i++) {
		while (
		    number_of(&drawn[i]) - before >= piece_count(duty[at].size))
			before += piece_count(duty[at++].size);
		drawn[i] = (struct drawn){at,
		    (uint32_t)(number_of(&drawn[i]) - before)};
	}
}

void
draw_each(const struct digest *seed, const struct digest *holder,
    const struct duty *duty, size_t duties, struct drawn *drawn)
{
	size_t i;

	for (i = 0; i < duties; i++)
		drawn[i] = (struct drawn){(uint32_t)i,
		    (uint32_t)draw(seed, holder, i, piece_count(duty[i].size))};
}

struct digest
draw_seed(const struct digest *seed, bool every)
{
	if (!every)
		return *seed;
	return hash_pair(span_of_text("shardkit poll, every shard"),
	    span_of_digest(seed));
}

bool
draw_same_poll(const struct digest *a, const struct digest *b)
{
	struct digest of_a = draw_seed(a, true), of_b = draw_seed(b, true);

	return digest_equal(a, b) || digest_equal(&of_a, b) ||
	    digest_equal(a, &of_b);
}
