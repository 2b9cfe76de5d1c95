/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_CBOR_H
#define FORMAT_CBOR_H

/*
 * CBOR, the deterministic kind only (RFC 8949 section 4.2.1): shortest
 * integers and lengths, definite lengths, map keys sorted bytewise and unique,
 * text in UTF-8, no floating point (nothing here measures). Whatever has
 * another form is refused, so a value has one encoding, and its digest is its
 * name. Reading allocates nothing and trusts no declared length.
 *
 * An item is a head, which is a kind and a number, and what the number counts.
 */

#include "base/bytes.h"

/* The major types of RFC 8949 section 3.1, in their order. */
enum cbor_kind {
	CBOR_UINT,  /* number */
	CBOR_NINT,  /* -1 - number */
	CBOR_BYTES, /* number of bytes in `bytes` */
	CBOR_TEXT,  /* the same; may hold a NUL or a terminal's escapes */
	CBOR_ARRAY, /* number of items that follow */
	CBOR_MAP,   /* number of pairs that follow */
	CBOR_TAG,   /* number; the tagged item follows */
	CBOR_SIMPLE /* number: one of these three, or another */
};

#define CBOR_FALSE 20
#define CBOR_TRUE 21
#define CBOR_NULL 22

/* One head, with its string if it has one. `bytes` borrows from the input. */
struct cbor_item {
	enum cbor_kind kind;
	uint64_t number;
	struct span bytes;
};

#define CBOR_HEAD_SIZE 9 /* the longest head */

/*
 * The length of the first whole item in `bytes`: 0 when more bytes are needed
 * to tell, -1 (FAIL_DATA) when it is malformed, not deterministic, nested
 * deeper than LIMIT_CBOR_DEPTH (tags nest too), or certain to be longer than
 * `limit`. Never 0 when `limit` bytes are there.
 */
int64_t cbor_measure(struct span bytes, size_t limit);

/*
 * Take the first item off a sequence (RFC 8742) that is all there: 1, 0 at its
 * end, -1 (FAIL_DATA) when `what` is malformed, cut or has too long an item.
 */
int cbor_take(struct span *sequence, size_t limit, const char *what,
    struct span *item);

/*
 * The head of a byte string alone, for payloads that are read apart: the
 * length it declares goes to `size`, unchecked. Returns the head's own length,
 * 0 for "more bytes needed", -1 (FAIL_DATA) when it is something else.
 */
int cbor_measure_bytes_head(struct span bytes, uint64_t *size);

/*
 * Any head alone; `item` gets no bytes. Returns the head's length, or 0 for
 * "more bytes needed", or -1 (FAIL_DATA) when it is not deterministic.
 */
int cbor_head_decode(struct span bytes, struct cbor_item *item);

/* The reverse: the length of what it has put into `head`. */
size_t cbor_head_encode(uint8_t head[static CBOR_HEAD_SIZE],
    enum cbor_kind kind, uint64_t number);

/* Whether `text` is UTF-8 (RFC 3629), as text in CBOR must be. */
bool cbor_text_is_valid(struct span text);

/*
 * A cursor over an item that cbor_measure has found whole: a container is read
 * as its head, then what is in it. The first wrong read makes the reader bad;
 * a bad reader gives zeroes and stays bad, so that a decoder asks once, in
 * cbor_reader_end.
 */
struct cbor_reader {
	struct span rest;
	bool bad;
};

void cbor_reader_init(struct cbor_reader *reader, struct span item);

/* Whatever comes next. False at the end or in a bad reader. */
bool cbor_read(struct cbor_reader *reader, struct cbor_item *item);

/* What must come next; anything else makes the reader bad. */
uint64_t cbor_read_uint(struct cbor_reader *reader, uint64_t max);
struct span cbor_read_bytes(struct cbor_reader *reader, size_t max);
struct span cbor_read_text(struct cbor_reader *reader, size_t max);
uint64_t cbor_read_array(struct cbor_reader *reader, uint64_t max);
uint64_t cbor_read_map(struct cbor_reader *reader, uint64_t max);
void cbor_read_tag(struct cbor_reader *reader, uint64_t tag);
bool cbor_read_bool(struct cbor_reader *reader);

/* A byte string of exactly `size` bytes, copied to `to`. */
void cbor_read_fixed(struct cbor_reader *reader, void *to, size_t size);

/* An unsigned map key: bad unless it is `key`. */
void cbor_read_key(struct cbor_reader *reader, uint64_t key);

/* A pair of a map with small unsigned keys: its key, then its value. */
uint64_t cbor_read_pair_uint(struct cbor_reader *reader, uint64_t key,
    uint64_t max);
struct span cbor_read_pair_bytes(struct cbor_reader *reader, uint64_t key,
    size_t max);
void cbor_read_pair_fixed(struct cbor_reader *reader, uint64_t key, void *to,
    size_t size);

/*
 * 0 when every read was right and nothing is left over; otherwise -1
 * (FAIL_DATA) with "`what` is malformed".
 */
int cbor_reader_end(struct cbor_reader *reader, const char *what);

/*
 * Appending to a buffer. A writer goes bad, and writes no more, when memory
 * runs out or a text is not UTF-8 (FAIL_DATA); its owner asks once, in
 * cbor_writer_end, which returns -1 with the first reason in the slot. Callers
 * write map keys in order.
 */
struct cbor_writer {
	struct buf *to;
	bool bad;
};

void cbor_writer_init(struct cbor_writer *writer, struct buf *to);

/* An item as cbor_read gives it; of a string, `bytes` counts. */
void cbor_write(struct cbor_writer *writer, const struct cbor_item *item);

void cbor_write_uint(struct cbor_writer *writer, uint64_t number);
void cbor_write_nint(struct cbor_writer *writer, uint64_t number);
void cbor_write_bytes(struct cbor_writer *writer, struct span bytes);
void cbor_write_bytes_head(struct cbor_writer *writer, uint64_t size);
void cbor_write_text(struct cbor_writer *writer, const char *text);
void cbor_write_array(struct cbor_writer *writer, uint64_t count);
void cbor_write_map(struct cbor_writer *writer, uint64_t count);
void cbor_write_tag(struct cbor_writer *writer, uint64_t tag);
void cbor_write_bool(struct cbor_writer *writer, bool value);
void cbor_write_pair_uint(struct cbor_writer *writer, uint64_t key,
    uint64_t number);
void cbor_write_pair_bytes(struct cbor_writer *writer, uint64_t key,
    struct span bytes);
int cbor_writer_end(struct cbor_writer *writer);

#endif
