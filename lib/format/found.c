/* SPDX-License-Identifier: ISC */
#include "format/found.h"

#include <string.h>

#include "base/fail.h"
#include "format/cbor.h"
#include "format/record.h"

#define PAIRS_MAX 17

bool
found_has_address(const struct found *found)
{
	return found->port != 0;
}

int
found_compare(const struct found *a, const struct found *b)
{
	int order = (int)a->has_id - (int)b->has_id;

	if (order == 0 && a->has_id)
		order = memcmp(&a->id, &b->id, sizeof a->id);
	if (order == 0)
		order = (int)a->ip_size - (int)b->ip_size;
	if (order == 0)
		order = memcmp(a->ip, b->ip, a->ip_size);
	if (order == 0 && a->ip_size == 0)
		order = strcmp(a->host, b->host);
	if (order == 0)
		order = (int)a->port - (int)b->port;
	return order != 0 ? order : strcmp(a->zone, b->zone);
}

bool
found_is_name(const char *text)
{
	return *text != '\0' && *text != '-' &&
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.-_")] == '\0';
}

void
found_set(char *to, size_t size, const char *text)
{
	size_t i;

	memset(to, 0, size);
	for (i = 0; i + 1 < size && text[i] != '\0'; i++)
		to[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
}

/* What is 0, or empty, is not written. */
static void
write_uint(struct cbor_writer *writer, uint64_t key, uint64_t number)
{
	if (number != 0)
		cbor_write_pair_uint(writer, key, number);
}

static void
write_text(struct cbor_writer *writer, uint64_t key, const char *text)
{
	if (*text == '\0')
		return;
	cbor_write_uint(writer, key);
	cbor_write_text(writer, text);
}

static unsigned
count_pairs(const struct found *found)
{
	return 3u + found->has_id + (found->ip_size != 0) +
	    (found->host[0] != '\0') + (found->port != 0) +
	    (found->zone[0] != '\0') + (found->via[0] != '\0') +
	    (found->trust != 0) + (found->ttl != 0) + (found->priority != 0) +
	    (found->weight != 0) + (found->rtt_us != 0) + (found->ok != 0) +
	    (found->refused != 0) + (found->failures != 0);
}

int
found_encode(const struct found *found, struct buf *to)
{
	struct cbor_writer writer;

	cbor_writer_init(&writer, to);
	cbor_write_map(&writer, count_pairs(found));
	cbor_write_pair_uint(&writer, 0, RECORD_FOUND);
	if (found->has_id)
		cbor_write_pair_bytes(&writer, 1, span_of_digest(&found->id));
	if (found->ip_size != 0)
		cbor_write_pair_bytes(&writer, 2,
		    span_of(found->ip, found->ip_size));
	write_text(&writer, 3, found->host);
	write_uint(&writer, 4, found->port);
	write_text(&writer, 5, found->zone);
	write_text(&writer, 6, found->via);
	cbor_write_pair_uint(&writer, 7, found->sources);
	write_uint(&writer, 8, found->trust);
	cbor_write_pair_uint(&writer, 9, found->seen);
	write_uint(&writer, 10, found->ttl);
	write_uint(&writer, 11, found->priority);
	write_uint(&writer, 12, found->weight);
	write_uint(&writer, 13, found->rtt_us);
	write_uint(&writer, 14, found->ok);
	write_uint(&writer, 15, found->refused);
	write_uint(&writer, 16, found->failures);
	return cbor_writer_end(&writer);
}

/* Not empty, and printable ASCII from `least` on. */
static void
read_text(struct cbor_reader *reader, char *to, size_t size, char least)
{
	struct span text = cbor_read_text(reader, size - 1);
	size_t i;

	for (i = 0; i < text.size; i++)
		if (text.data[i] < (uint8_t)least || text.data[i] > '~')
			reader->bad = true;
	if (text.size == 0)
		reader->bad = true;
	else
		memcpy(to, text.data, text.size);
}

/* A number that is there is not 0. */
static uint64_t
read_uint(struct cbor_reader *reader, uint64_t max)
{
	uint64_t number = cbor_read_uint(reader, max);

	if (number == 0)
		reader->bad = true;
	return number;
}

static void
read_ip(struct cbor_reader *reader, struct found *found)
{
	struct span ip = cbor_read_bytes(reader, sizeof found->ip);

	if (ip.size == 4 || ip.size == 16)
		memcpy(found->ip, ip.data, ip.size);
	else
		reader->bad = true;
	found->ip_size = (unsigned)ip.size;
}

static void
read_who(struct cbor_reader *reader, uint64_t key, struct found *found)
{
	switch (key) {
	case 1:
		found->has_id = true;
		cbor_read_fixed(reader, &found->id, sizeof found->id);
		break;
	case 2:
		read_ip(reader, found);
		break;
	case 3:
		read_text(reader, found->host, sizeof found->host, '!');
		break;
	case 4:
		found->port = (uint16_t)read_uint(reader, UINT16_MAX);
		break;
	case 5:
		read_text(reader, found->zone, sizeof found->zone, '!');
		break;
	case 6:
		read_text(reader, found->via, sizeof found->via, ' ');
		break;
	default:
		found->sources = (unsigned)read_uint(reader, 255);
	}
}

static void
read_what(struct cbor_reader *reader, uint64_t key, struct found *found)
{
	switch (key) {
	case 8:
		found->trust = (unsigned)read_uint(reader, FOUND_PROVED);
		break;
	case 9:
		found->seen = cbor_read_uint(reader, UINT64_MAX);
		break;
	case 10:
		found->ttl = read_uint(reader, UINT32_MAX);
		break;
	case 11:
		found->priority = (uint16_t)read_uint(reader, UINT16_MAX);
		break;
	case 12:
		found->weight = (uint16_t)read_uint(reader, UINT16_MAX);
		break;
	case 13:
		found->rtt_us = (uint32_t)read_uint(reader, UINT32_MAX);
		break;
	case 14:
		found->ok = read_uint(reader, UINT64_MAX);
		break;
	case 15:
		found->refused = read_uint(reader, UINT64_MAX);
		break;
	default:
		found->failures = (uint8_t)read_uint(reader, UINT8_MAX);
	}
}

/* An address is an ip or a host, with a port; without, there is an id. */
static bool
is_sound(const struct found *found, unsigned keys)
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
	bool has_address = found->ip_size != 0 || found->host[0] != '\0';

	if ((keys & (1u << 7)) == 0 || (keys & (1u << 9)) == 0)
		return false;
	if (found->ip_size == 16 &&
	    memcmp(found->ip, mapped, sizeof mapped) == 0)
		return false;
	if (found->zone[0] != '\0' &&
	    (found->ip_size != 16 || !found_is_name(found->zone)))
		return false;
	if (found->host[0] != '\0' && found->ip_size == 0 &&
	    !found_is_name(found->host))
		return false;
	return has_address ? found->port != 0
			   : found->port == 0 && found->has_id;
}

int
found_decode(struct span item, struct found *found)
{
	struct cbor_reader reader;
	uint64_t pairs, key;
	unsigned keys = 0;

	*found = (struct found){0};
	if (cbor_measure(item, LIMIT_FOUND) != (int64_t)item.size)
		return fail(FAIL_DATA, "a found record is malformed");
	cbor_reader_init(&reader, item);
	pairs = cbor_read_map(&reader, PAIRS_MAX);
	if (pairs == 0 || cbor_read_pair_uint(&reader, 0, 255) != RECORD_FOUND)
		return fail(FAIL_DATA, "this is not a found record");
	while (--pairs > 0) {
		key = cbor_read_uint(&reader, PAIRS_MAX - 1);
		keys |= 1u << key;
		if (key < 8)
			read_who(&reader, key, found);
		else
			read_what(&reader, key, found);
	}
	if (!is_sound(found, keys))
		reader.bad = true;
	return cbor_reader_end(&reader, "a found record");
}
