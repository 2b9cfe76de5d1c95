/* SPDX-License-Identifier: ISC */
#include "base/input.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"

int
input_open(struct input *input, int fd, size_t capacity)
{
	*input = (struct input){.fd = fd, .capacity = capacity};
	input->buffer = memory_get(1, capacity);
	if (input->buffer == NULL)
		return -1;
	return 0;
}

void
input_close(struct input *input)
{
	free(input->buffer);
	*input = (struct input){.fd = -1};
}

static void
move_to_front(struct input *input)
{
	memmove(input->buffer, input->buffer + input->start,
	    input->end - input->start);
	input->end -= input->start;
	input->start = 0;
}

/* One read(2) behind what is buffered: 1, 0 at the end, -1. */
static int
read_more(struct input *input)
{
	ssize_t got;

	do
		got = read(input->fd, input->buffer + input->end,
		    input->capacity - input->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return fail_errno("cannot read");
	input->end += (size_t)got;
	return got > 0;
}

int
input_peek(struct input *input, size_t want, struct span *bytes)
{
	int more = 1;

	assert(want <= input->capacity);
	if (input->start + want > input->capacity)
		move_to_front(input);
	while (more > 0 && input->end - input->start < want)
		more = read_more(input);
	*bytes =
	    span_of(input->buffer + input->start, input->end - input->start);
	return more < 0 ? -1 : 0;
}

void
input_take(struct input *input, size_t size)
{
	assert(size <= input->end - input->start);
	input->start += size;
	input->offset += size;
	if (input->start == input->end)
		input->start = input->end = 0;
}

int
input_copy(struct input *input, void *to, size_t size)
{
	size_t buffered = input->end - input->start;
	ssize_t got;

	if (buffered > size)
		buffered = size;
	memcpy(to, input->buffer + input->start, buffered);
	input_take(input, buffered);
	got = file_fill(input->fd, (uint8_t *)to + buffered, size - buffered);
	if (got < 0)
		return -1;
	input->offset += (uint64_t)got;
	if ((size_t)got < size - buffered)
		return fail(FAIL_DATA, "the stream is cut short at byte %llu",
		    (unsigned long long)input->offset);
	return 0;
}
