/* SPDX-License-Identifier: ISC */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

/*
 * Bytes: borrowed (struct span), owned and growing (struct buf), and the
 * one fixed size that everything here is named by (struct digest).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to somebody else, who must outlive the span. */
struct span {
	const uint8_t *data;
	size_t size;
};

/* Bytes of our own. All zero is an empty buffer; buf_release ends it. */
struct buf {
	uint8_t *data;
	size_t size;
	size_t capacity;
};

/* 32 bytes of BLAKE3 or SHA-256. */
struct digest {
	uint8_t byte[32];
};

#define DIGEST_HEX_SIZE 65 /* 64 digits and the NUL */

struct span span_of(const void *data, size_t size);
struct span span_of_text(const char *text);
struct span span_of_buf(const struct buf *buf);
struct span span_of_digest(const struct digest *digest);
bool span_equal(struct span a, struct span b);

/* Make room for `extra` more bytes. -1 when memory has run out. */
int buf_reserve(struct buf *buf, size_t extra);
int buf_append(struct buf *buf, struct span bytes);

/* Sort what lies there in pieces of `size` bytes, and leave each but once. */
void buf_sort(struct buf *buf, size_t size,
    int (*compare)(const void *a, const void *b));

/* A number in 4 bytes, big-endian: append it, and the reverse. */
int buf_append_uint32(struct buf *buf, uint32_t number);
uint32_t bytes_uint32(const uint8_t bytes[static 4]);

/* Append as printf(3) prints, without a NUL. */
int buf_print(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Free the bytes and leave an empty buffer. */
void buf_release(struct buf *buf);

bool digest_equal(const struct digest *a, const struct digest *b);
bool digest_is_zero(const struct digest *digest);
struct digest digest_from(const uint8_t byte[static 32]);

/* Sort digests that lie behind one another, and leave each but once. */
void digest_sort(struct buf *digests);

/* The place of one among those that are sorted; -1. */
int64_t digest_find(struct span digests, const struct digest *digest);

/* Lower-case hexadecimal, with a NUL. */
void digest_hex(const struct digest *digest, char text[static DIGEST_HEX_SIZE]);

/* The reverse. -1 (without a message) unless `text` is 64 such digits. */
int digest_parse(const char *text, struct digest *digest);

#endif
