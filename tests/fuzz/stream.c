/* SPDX-License-Identifier: ISC */
/*
 * A whole shard stream. Written again from what was read it is a stream, no
 * longer than the first, that reads and is written the same.
 */
#include "format/stream.h"

#include "fuzz.h"

#define STRIPE_SIZE (1 << 20)

/* Read it, writing to `out`: 0 at its end, -1. */
static int
copy_stream(int in, int out)
{
	struct bundle bundle = {0};
	struct stream stream;
	int got = -1;

	if (stream_open(&stream, in) == 0 &&
	    (uint64_t)stream.head.total * stream.head.shard_size <=
		STRIPE_SIZE) {
		must(bundle_init(&bundle, &stream.head) == 0);
		must(file_write(out, span_of_buf(&stream.head_item)) == 0);
		while ((got = stream_read(&stream, &bundle)) > 0)
			must(stream_write(out, &stream.head, &bundle) == 0);
		must(file_write(out, span_of_buf(&stream.end_item)) == 0);
	}
	stream_close(&stream);
	bundle_release(&bundle);
	return got;
}

static struct span
contents(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	void *map = size == 0
	    ? NULL
	    : mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);

	must(map != MAP_FAILED && lseek(fd, 0, SEEK_SET) == 0);
	return span_of(map, (size_t)size);
}

static void
forget(struct span bytes)
{
	if (bytes.size > 0)
		munmap((void *)(uintptr_t)bytes.data, bytes.size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int in = memory_of(span_of(data, size));
	int first = memory_of(span_of(NULL, 0));
	int second = memory_of(span_of(NULL, 0));
	struct span once, twice;

	if (copy_stream(in, first) == 0) {
		once = contents(first);
		must(once.size <= size);
		must(copy_stream(first, second) == 0);
		twice = contents(second);
		must(span_equal(once, twice));
		forget(once);
		forget(twice);
	}
	close(in);
	close(first);
	close(second);
	return 0;
}
