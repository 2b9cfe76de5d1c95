/* SPDX-License-Identifier: ISC */
/*
 * Split and join: cat, whatever the size and however it trickles in. Of a
 * stream that was cut, spoilt or spliced nothing but a true beginning.
 */
#include <fcntl.h>

#include "pack/join.h"
#include "streams.h"

#define STRIPE 2048 /* 2 of 3 with shards of 1024 */

static uint8_t plain[9 * STRIPE];

/* Join; what comes out must be the beginning of what went in. */
static int
join(struct span stream, int who, uint64_t *size)
{
	struct owner owner = owner_of(who);
	int in = memory_of(stream), out = memory_of(span_of("", 0));
	struct buf got;
	int result;

	result = join_copy(&owner, in, out, size);
	got = memory_read(out);
	check(got.size == *size && got.size <= sizeof plain &&
		memcmp(got.data, plain, got.size) == 0,
	    "%zu wrong bytes are written", got.size);
	buf_release(&got);
	close(in);
	close(out);
	return result;
}

static void
test_size(size_t size)
{
	struct buf stream = stream_of(1, 2, 3, span_of(plain, size));
	struct buf again = stream_of(1, 2, 3, span_of(plain, size));
	uint64_t joined;

	check(join(span_of_buf(&stream), 1, &joined) == 0 && joined == size,
	    "%zu bytes: %llu: %s", size, (unsigned long long)joined,
	    fail_last()->text);
	check(span_equal(span_of_buf(&stream), span_of_buf(&again)),
	    "the same bytes give another stream");
	check_fails(join(span_of_buf(&stream), 2, &joined), FAIL_DATA,
	    "the stream belongs to another owner", "another owner");
	check(joined == 0, "another owner reads");
	buf_release(&stream);
	buf_release(&again);
}

/* Every beginning of a stream: exit 3, and whole stripes only. */
static void
test_cuts(void)
{
	struct buf stream = stream_of(1, 2, 3, span_of(plain, STRIPE + 10));
	uint64_t joined;
	size_t size;

	for (size = 0; size < stream.size;
	     size += size + 300 < stream.size ? 17 : 1) {
		check(join(span_of(stream.data, size), 1, &joined) == -1 &&
			fail_last()->kind != FAIL_SYSTEM,
		    "%zu bytes of it pass", size);
		check(joined == 0 || joined == STRIPE || joined == STRIPE + 10,
		    "%llu bytes are written", (unsigned long long)joined);
	}
	buf_release(&stream);
}

/* A flip anywhere: either it does not matter, or it is found. */
static void
test_flips(void)
{
	struct buf stream = stream_of(1, 2, 3, span_of(plain, STRIPE + 10));
	uint64_t joined;
	size_t i;
	int result;

	for (i = 0; i < stream.size; i += 5) {
		stream.data[i] ^= (uint8_t)(1 << i % 8);
		result = join(span_of_buf(&stream), 1, &joined);
		check(result == -1 || joined == STRIPE + 10,
		    "a flip of byte %zu makes it shorter", i);
		stream.data[i] ^= (uint8_t)(1 << i % 8);
	}
	buf_release(&stream);
}

/* A stream without its last stripe, under its own end and another's. */
static void
test_splice(void)
{
	struct buf a = stream_of(1, 2, 3, span_of(plain, 3 * STRIPE));
	struct buf b = stream_of(1, 2, 3, span_of(plain + 1, 2 * STRIPE));
	size_t stripe = a.size - b.size, end = 1 + 2 + 2 + 4 + 35 + 35;
	struct buf spliced = {0};
	uint64_t joined;

	buf_append(&spliced, span_of(a.data, a.size - end - stripe));
	buf_append(&spliced, span_of(a.data + a.size - end, end));
	check_fails(join(span_of_buf(&spliced), 1, &joined), FAIL_DATA,
	    "the end record does not belong", "a stripe less");
	check(joined == 2 * STRIPE, "the beginning is not written");
	spliced.size -= end;
	buf_append(&spliced, span_of(b.data + b.size - end, end));
	check_fails(join(span_of_buf(&spliced), 1, &joined), FAIL_DATA,
	    "the end record does not belong", "another end");
	spliced.size -= end + stripe;
	buf_append(&spliced,
	    span_of(b.data + b.size - end - stripe, end + stripe));
	check_fails(join(span_of_buf(&spliced), 1, &joined), FAIL_DATA,
	    "stripe 1 is not the owner's or not in its place",
	    "another stripe");
	check(joined == STRIPE, "the beginning is not written");
	buf_release(&a);
	buf_release(&b);
	buf_release(&spliced);
}

/* Two copies in a row, slowly, through pipes, one after the other. */
static void
test_trickle(size_t step)
{
	struct owner owner = owner_of(1);
	struct head head = {2, 3, 1024, owner.id, {NULL, 0}};
	int out = memory_of(span_of("", 0)), in, i;
	struct split split;
	struct buf stream;
	uint64_t joined;
	pid_t child;

	must(split_open(&split, &owner, &head, out) == 0, "open");
	for (i = 0; i < 2; i++) {
		in = dribble_of(span_of(plain + i * 5000, 5000), step, &child);
		check(split_copy(&split, in) == 0, "copy: %s",
		    fail_last()->text);
		dribble_end(in, child);
	}
	check(split.chain.size == 10000 && split.chain.stripes == 6 &&
		split_close(&split) == 0,
	    "close: %s", fail_last()->text);
	stream = memory_read(out);
	check(join(span_of_buf(&stream), 1, &joined) == 0 && joined == 10000,
	    "a trickle of %zu: %s", step, fail_last()->text);
	buf_release(&stream);
	close(out);
}

static void
test_outside(void)
{
	struct owner owner = owner_of(1);
	struct head head = {2, 3, 1024, owner.id, {NULL, 0}};
	int full = open("/dev/full", O_WRONLY), in;
	struct buf stream = stream_of(1, 2, 3, span_of(plain, 5000));
	struct split split;
	uint64_t joined;

	check_fails(split_open(&split, &owner, &head, full), FAIL_SYSTEM,
	    "cannot write: No space left", "a full disk for the head");
	check_fails(split_close(&split), FAIL_SYSTEM,
	    "cannot write: No space left", "a full disk for the end");
	in = memory_of(span_of(plain, 5000));
	check_fails(split_copy(&split, in), FAIL_SYSTEM,
	    "cannot write: No space left", "a full disk for a stripe");
	check_fails(split_copy(&split, -1), FAIL_SYSTEM, "cannot read",
	    "nothing to read from");
	close(in);
	in = memory_of(span_of_buf(&stream));
	check_fails(join_copy(&owner, in, full, &joined), FAIL_SYSTEM,
	    "cannot write: No space left", "a full disk to restore to");
	check(joined == 0, "%llu bytes are written",
	    (unsigned long long)joined);
	split.head.need = 4;
	check_fails(split_copy(&split, in), FAIL_USAGE, "", "4 of 3");
	close(in);
	close(full);
	buf_release(&stream);
}

int
main(void)
{
	static const size_t size[] = {0, 1, 1023, 1024, 1025, STRIPE - 1,
	    STRIPE, STRIPE + 1, 3 * STRIPE, 9 * STRIPE};
	size_t i;

	random_fill(plain, sizeof plain);
	test_cuts();
	test_flips();
	test_splice();
	test_outside();
	for (i = 0; i < COUNT(size); i++)
		test_size(size[i]);
	test_trickle(1);
	test_trickle(999);
	test_trickle(5000);
	return failures != 0;
}
