/* SPDX-License-Identifier: ISC */
#include "xfer/info.h"

#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "format/cbor.h"
#include "format/limits.h"
#include "format/message.h"

#define NAMES_MAX 64
#define FIRST_SHELVES 2 /* of a holder that does not tell */

static void
write_number(struct cbor_writer *writer, const char *name, uint64_t number)
{
	cbor_write_text(writer, name);
	cbor_write_uint(writer, number);
}

/* Shorter names come first (RFC 8949 section 4.2.1). */
int
info_encode(const struct info *info, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, 8);
	write_number(&writer, "free", info->free);
	write_number(&writer, "time", info->time);
	write_number(&writer, "used", info->used);
	write_number(&writer, "quota", info->quota);
	write_number(&writer, "rotten", info->rotten);
	write_number(&writer, "shelves", MESSAGE_SHELVES);
	cbor_write_text(&writer, "version");
	cbor_write_text(&writer, VERSION);
	write_number(&writer, "scrubbed", info->scrubbed);
	return cbor_writer_end(&writer);
}

static void
take_number(struct info *info, struct span name, uint64_t number)
{
	if (span_equal(name, span_of_text("free")))
		info->free = number;
	else if (span_equal(name, span_of_text("time")))
		info->time = number;
	else if (span_equal(name, span_of_text("used")))
		info->used = number;
	else if (span_equal(name, span_of_text("quota")))
		info->quota = number;
	else if (span_equal(name, span_of_text("rotten")))
		info->rotten = number;
	else if (span_equal(name, span_of_text("scrubbed")))
		info->scrubbed = number;
	else if (span_equal(name, span_of_text("shelves")))
		info->shelves = number < 255 ? (unsigned)number : 255;
}

/* What cannot be printed, or is too long for a version, is not told. */
static void
take_text(struct info *info, struct span name, struct span text)
{
	if (!span_equal(name, span_of_text("version")) ||
	    text.size >= sizeof info->version)
		return;
	memcpy(info->version, text.data, text.size);
	info->version[text.size] = '\0';
	log_make_printable(info->version);
}

int
info_decode(struct span bytes, struct info *info)
{
	struct cbor_reader reader;
	struct cbor_item value;
	struct span name;
	uint64_t pairs;

	*info = (struct info){.quota = UINT64_MAX,
	    .free = UINT64_MAX,
	    .shelves = FIRST_SHELVES};
	if (cbor_measure(bytes, LIMIT_MESSAGE) != (int64_t)bytes.size)
		return fail(FAIL_DATA, "what the holder tells is malformed");
	cbor_reader_init(&reader, bytes);
	for (pairs = cbor_read_map(&reader, NAMES_MAX); pairs > 0; pairs--) {
		name = cbor_read_text(&reader, NAMES_MAX);
		if (!cbor_read(&reader, &value) || value.kind > CBOR_TEXT)
			reader.bad = true;
		if (value.kind == CBOR_UINT)
			take_number(info, name, value.number);
		if (value.kind == CBOR_TEXT)
			take_text(info, name, value.bytes);
	}
	return cbor_reader_end(&reader, "what the holder tells");
}

uint64_t
info_room(const struct info *info)
{
	uint64_t left = info->quota > info->used ? info->quota - info->used : 0;

	return left < info->free ? left : info->free;
}
