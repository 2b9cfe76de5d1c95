/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <cbor.h>
#include <string.h>

#include "base/fail.h"
#include "format/cbor.h"

/*
 * A head is a major type in three bits and, after them, a number that all
 * eight types encode alike. So libcbor is only ever asked for an unsigned
 * integer, and the type is put on and taken off here: its decoder refuses tags
 * 6 to 20 and simple values, and waits for the whole of a string.
 */

#define KIND_SHIFT 5
#define NUMBER_MASK 0x1f
#define ONE_BYTE_FOLLOWS 24

/* RFC 8949 section 3.3: no head may say these. */
static bool
is_reserved(enum cbor_kind kind, uint64_t number)
{
	return kind == CBOR_SIMPLE && number >= 24 && number <= 31;
}

size_t
cbor_head_encode(uint8_t head[static CBOR_HEAD_SIZE], enum cbor_kind kind,
    uint64_t number)
{
	size_t size = cbor_encode_uint(number, head, CBOR_HEAD_SIZE);

	assert(!is_reserved(kind, number));
	head[0] |= (uint8_t)(kind << KIND_SHIFT);
	return size;
}

static void
number_8(void *number, uint8_t value)
{
	*(uint64_t *)number = value;
}

static void
number_16(void *number, uint16_t value)
{
	*(uint64_t *)number = value;
}

static void
number_32(void *number, uint32_t value)
{
	*(uint64_t *)number = value;
}

static void
number_64(void *number, uint64_t value)
{
	*(uint64_t *)number = value;
}

/* What libcbor makes of a head whose type is taken off. */
static struct cbor_decoder_result
decode_number(const uint8_t *head, size_t size, uint64_t *number)
{
	static const struct cbor_callbacks callbacks = {
	    .uint8 = number_8,
	    .uint16 = number_16,
	    .uint32 = number_32,
	    .uint64 = number_64,
	};

	return cbor_stream_decode(head, size, &callbacks, number);
}

int
cbor_head_decode(struct span bytes, struct cbor_item *item)
{
	uint8_t head[CBOR_HEAD_SIZE], shortest[CBOR_HEAD_SIZE];
	size_t size = bytes.size < sizeof head ? bytes.size : sizeof head;
	struct cbor_decoder_result result;

	*item = (struct cbor_item){0};
	if (size == 0)
		return 0;
	memcpy(head, bytes.data, size);
	item->kind = head[0] >> KIND_SHIFT;
	head[0] &= NUMBER_MASK;
	if (item->kind == CBOR_SIMPLE && head[0] > ONE_BYTE_FOLLOWS)
		return fail(FAIL_DATA, "CBOR has a float or a break");
	result = decode_number(head, size, &item->number);
	if (result.status == CBOR_DECODER_NEDATA)
		return 0;
	if (result.status != CBOR_DECODER_FINISHED)
		return fail(FAIL_DATA,
		    "CBOR has an indefinite or reserved length");
	if (is_reserved(item->kind, item->number))
		return fail(FAIL_DATA, "CBOR has a reserved simple value");
	if (result.read !=
	    cbor_encode_uint(item->number, shortest, sizeof shortest))
		return fail(FAIL_DATA, "CBOR is not in its shortest form");
	return (int)result.read;
}
