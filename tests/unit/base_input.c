/* SPDX-License-Identifier: ISC */
/* Looking ahead in a descriptor, across the edges of the buffer. */
#include "base/input.h"

#include "scratch.h"

#define CAPACITY 16

static uint8_t bytes[200];

static void
test_faults(void)
{
	struct input input;
	struct span seen;
	uint8_t to[4];

	must(input_open(&input, -1, CAPACITY) == 0, "open");
	check_fails(input_peek(&input, 1, &seen), FAIL_SYSTEM,
	    "cannot read: Bad file descriptor", "peek at nothing");
	check_fails(input_copy(&input, to, 4), FAIL_SYSTEM,
	    "cannot read: Bad file descriptor", "copy from nothing");
	check(input_peek(&input, 0, &seen) == 0 && seen.size == 0, "peek at 0");
	input_close(&input);
	must(input_open(&input, memory_of(span_of(bytes, 10)), CAPACITY) == 0,
	    "open");
	must(input_peek(&input, 3, &seen) == 0 && seen.size == 10, "peek");
	input_take(&input, 8);
	check_fails(input_copy(&input, to, 4), FAIL_DATA,
	    "the stream is cut short at byte 10", "copy past the end");
	close(input.fd);
	input_close(&input);
}

/* Steps of every width with every look-ahead, in dribbles of every width. */
static void
test_peek(size_t want, size_t take, size_t step)
{
	struct input input;
	struct span seen;
	size_t at = 0;
	pid_t child;
	int fd = dribble_of(span_of(bytes, sizeof bytes), step, &child);

	must(input_open(&input, fd, CAPACITY) == 0, "open");
	for (;;) {
		if (!check(input_peek(&input, want, &seen) == 0, "peek: %s",
			fail_last()->text))
			break;
		check(seen.size >= want || at + seen.size == sizeof bytes,
		    "%zu bytes at %zu instead of %zu", seen.size, at, want);
		check(memcmp(seen.data, bytes + at, seen.size) == 0 &&
			input.offset == at,
		    "other bytes at %zu", at);
		if (seen.size < take)
			break;
		input_take(&input, take);
		at += take;
	}
	check(at + seen.size == sizeof bytes, "ends at %zu", at + seen.size);
	input_close(&input);
	dribble_end(fd, child);
}

/* Copies that lie in the buffer, go past it, or begin behind it. */
static void
test_copy(size_t peek, size_t size)
{
	struct input input;
	uint8_t to[sizeof bytes];
	struct span seen;
	size_t at;
	pid_t child;
	int fd = dribble_of(span_of(bytes, sizeof bytes), 7, &child);

	must(input_open(&input, fd, CAPACITY) == 0, "open");
	for (at = 0; at + size <= sizeof bytes; at += size) {
		check(input_peek(&input, peek, &seen) == 0 &&
			input_copy(&input, to, size) == 0,
		    "copy at %zu: %s", at, fail_last()->text);
		check(memcmp(to, bytes + at, size) == 0,
		    "copies other bytes at %zu", at);
		check(input.offset == at + size, "stands at %llu",
		    (unsigned long long)input.offset);
	}
	if (at < sizeof bytes)
		check_fails(input_copy(&input, to, size), FAIL_DATA,
		    "cut short at byte 200", "the last copy");
	check(input_peek(&input, 1, &seen) == 0 && seen.size == 0, "the end");
	input_close(&input);
	dribble_end(fd, child);
}

int
main(void)
{
	static const size_t width[] = {1, 3, 9, CAPACITY};
	size_t i, j;

	random_fill(bytes, sizeof bytes);
	test_faults();
	for (i = 0; i < COUNT(width); i++)
		for (j = 0; j <= i; j++) {
			test_peek(width[i], width[j], 1);
			test_peek(width[i], width[j], 5);
			test_peek(width[i], width[j], sizeof bytes);
		}
	for (i = 0; i < COUNT(width); i++) {
		test_copy(width[i], 1);
		test_copy(width[i], 8);
		test_copy(width[i], CAPACITY + 1);
		test_copy(width[i], 100);
		test_copy(width[i], 150);
	}
	return failures != 0;
}
