/* SPDX-License-Identifier: ISC */
#ifndef BASE_INPUT_H
#define BASE_INPUT_H

/*
 * A buffered descriptor for formats that look ahead: peek at what comes, take
 * what was understood, and let long payloads by-pass the buffer.
 */

#include "base/bytes.h"

struct input {
	int fd;
	uint8_t *buffer;
	size_t capacity;
	size_t start, end; /* what is buffered and not yet taken */
	uint64_t offset;   /* of `start` in the stream, for messages */
};

/* `capacity` is the furthest that input_peek can look. */
int input_open(struct input *input, int fd, size_t capacity);
void input_close(struct input *input);

/*
 * Look at the next bytes: at least `want` of them, fewer only at the end of
 * the input. They stay valid until the next call.
 */
int input_peek(struct input *input, size_t want, struct span *bytes);

/* Step over `size` bytes that were peeked at. */
void input_take(struct input *input, size_t size);

/* Copy the next `size` bytes out; -1 (FAIL_DATA) when the input ends before. */
int input_copy(struct input *input, void *to, size_t size);

#endif
