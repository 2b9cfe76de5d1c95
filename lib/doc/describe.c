/* SPDX-License-Identifier: ISC */
#include "doc/describe.h"

#include "base/base32.h"
#include "base/number.h"

static struct report_field
text(const char *name, const char *value)
{
	return (struct report_field){.name = name, .text = value};
}

static struct report_field
number(const char *name, uint64_t value)
{
	return (struct report_field){.name = name,
	    .number = value,
	    .is_number = true};
}

int
describe_head(enum report_style style, const struct head *head,
    const char *label, struct buf *to)
{
	char owner[BASE32_TEXT];

	base32_encode(BASE32_ID, head->owner.byte, owner);
	return report_row(style,
	    (struct report_field[]){
		text("record", "head"),
		number("need", head->need),
		number("total", head->total),
		number("shard-size", head->shard_size),
		text("owner", owner),
		text("label", label),
	    },
	    6, to);
}

int
describe_stripe(enum report_style style, const struct stripe *stripe,
    struct buf *to)
{
	return report_row(style,
	    (struct report_field[]){
		text("record", "stripe"),
		number("stripe", stripe->number),
		number("size", stripe->size),
		number("shards", stripe->total),
	    },
	    4, to);
}

int
describe_shard(enum report_style style, const struct stripe *stripe,
    unsigned index, uint32_t size, const char *state, struct buf *to)
{
	char id[DIGEST_HEX_SIZE];

	digest_hex(&stripe->id[index], id);
	return report_row(style,
	    (struct report_field[]){
		text("record", "shard"),
		number("stripe", stripe->number),
		number("index", index),
		number("size", size),
		text("id", id),
		text("state", state),
	    },
	    6, to);
}

int
describe_end(enum report_style style, const struct end *end, struct buf *to)
{
	char digest[DIGEST_HEX_SIZE];

	digest_hex(&end->digest, digest);
	return report_row(style,
	    (struct report_field[]){
		text("record", "end"),
		number("stripes", end->stripes),
		number("size", end->size),
		text("digest", digest),
	    },
	    4, to);
}

int
describe_index(enum report_style style, const struct index *index,
    const struct digest *signer, struct buf *to)
{
	char name[BASE32_TEXT];

	base32_encode(BASE32_ID, signer->byte, name);
	return report_row(style,
	    (struct report_field[]){
		text("record", "index"),
		number("first", index->first),
		number("stripes", index->count),
		text("signer", name),
	    },
	    4, to);
}

static int
describe_listed(enum report_style style, const struct snapshot *snapshot,
    size_t i, struct buf *to)
{
	struct digest root = snapshot_index(snapshot, i);
	char id[DIGEST_HEX_SIZE];

	digest_hex(&root, id);
	return report_row(style,
	    (struct report_field[]){
		text("record", "lists"),
		number("index", i),
		text("id", id),
	    },
	    3, to);
}

int
describe_snapshot(enum report_style style, const struct snapshot *snapshot,
    const struct digest *signer, struct buf *to)
{
	char name[BASE32_TEXT], when[NUMBER_TIME_TEXT],
	    previous[DIGEST_HEX_SIZE];
	struct report_field time = number("time", snapshot->time);
	size_t i, count = snapshot->indexes.size / sizeof(struct digest);
	int result;

	base32_encode(BASE32_ID, signer->byte, name);
	number_time_text(snapshot->time, when);
	digest_hex(&snapshot->previous, previous);
	time.text = when;
	result = report_row(style,
	    (struct report_field[]){
		text("record", "snapshot"),
		number("number", snapshot->number),
		time,
		text("previous", previous),
		text("signer", name),
	    },
	    5, to);
	for (i = 0; result == 0 && i < count; i++)
		result = describe_listed(style, snapshot, i, to);
	return result;
}

int
describe_bytes(enum report_style style, const struct digest *id, uint64_t size,
    const char *state, struct buf *to)
{
	char text_id[DIGEST_HEX_SIZE];

	digest_hex(id, text_id);
	return report_row(style,
	    (struct report_field[]){
		text("record", "bytes"),
		number("size", size),
		text("id", text_id),
		text("state", state),
	    },
	    4, to);
}
