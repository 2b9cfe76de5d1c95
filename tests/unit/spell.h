/* SPDX-License-Identifier: ISC */
#ifndef SPELL_H
#define SPELL_H

/* CBOR items written in hexadecimal, in which [32] stands for a byte string. */

#include "check.h"
#include "format/cbor.h"

/* A head record without its first byte: 3 of 5 with shards of 1024 bytes. */
#define MAGIC "68 7368617264 6b6974"
#define HEAD "00 00 01 " MAGIC " 02 01 03 03 04 05 05 190400 06 [32]"

/* The bytes that `spelling` spells, in a block of just their size. */
static inline struct span
spell(const char *spelling)
{
	uint8_t head[CBOR_HEAD_SIZE], filler[2048], *exact;
	struct buf bytes = {0};
	char hex[3] = "";
	size_t size;

	memset(filler, 0x11, sizeof filler);
	for (; *spelling != '\0'; spelling++) {
		if (*spelling == '[') {
			size = strtoul(spelling + 1, NULL, 10);
			buf_append(&bytes,
			    span_of(head,
				cbor_head_encode(head, CBOR_BYTES, size)));
			buf_append(&bytes, span_of(filler, size));
			spelling = strchr(spelling, ']');
		} else if (*spelling != ' ') {
			memcpy(hex, spelling++, 2);
			unhex(hex, &bytes);
		}
	}
	exact = malloc(bytes.size);
	must(exact != NULL, "memory");
	memcpy(exact, bytes.data, bytes.size);
	size = bytes.size;
	buf_release(&bytes);
	return span_of(exact, size);
}

static inline void
forget(struct span bytes)
{
	free((void *)(uintptr_t)bytes.data);
}

#endif
