/* SPDX-License-Identifier: ISC */
#include "doc/describe.h"

#include <stdio.h>

#include "base/base32.h"
#include "base/number.h"
#include "crypto/owner.h"
#include "doc/chain.h"

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
	struct report_field field[] = {
	    text("record", "head"),
	    number("need", head->need),
	    number("total", head->total),
	    number("shard-size", head->shard_size),
	    text("owner", owner),
	    text("label", label),
	};

	base32_encode(BASE32_ID, head->owner.byte, owner);
	return report_row(style, REPORT_FIELDS(field), to);
}

int
describe_head_for(enum report_style style, const struct head *head,
    const struct owner *owner, struct buf *to)
{
	char label[LIMIT_LABEL + 1] = "";

	if (owner == NULL || !digest_equal(&head->owner, &owner->id) ||
	    chain_open_label(owner, head->label, label) != 0)
		snprintf(label, sizeof label, "%s",
		    head->label.size > 0 ? "(sealed)" : "");
	return describe_head(style, head, label, to);
}

int
describe_stripe(enum report_style style, const struct stripe *stripe,
    struct buf *to)
{
	struct report_field field[] = {
	    text("record", "stripe"),
	    number("stripe", stripe->number),
	    number("size", stripe->size),
	    number("shards", stripe->total),
	};

	return report_row(style, REPORT_FIELDS(field), to);
}

int
describe_shard(enum report_style style, const struct stripe *stripe,
    unsigned index, uint32_t size, const char *state, struct buf *to)
{
	char id[DIGEST_HEX_SIZE];
	struct report_field field[] = {
	    text("record", "shard"),
	    number("stripe", stripe->number),
	    number("index", index),
	    number("size", size),
	    text("id", id),
	    text("state", state),
	};

	digest_hex(&stripe->id[index], id);
	return report_row(style, REPORT_FIELDS(field), to);
}

int
describe_end(enum report_style style, const struct end *end, struct buf *to)
{
	char digest[DIGEST_HEX_SIZE];
	struct report_field field[] = {
	    text("record", "end"),
	    number("stripes", end->stripes),
	    number("size", end->size),
	    text("digest", digest),
	};

	digest_hex(&end->digest, digest);
	return report_row(style, REPORT_FIELDS(field), to);
}

int
describe_index(enum report_style style, const struct index *index,
    const struct digest *signer, struct buf *to)
{
	char name[BASE32_TEXT];
	struct report_field field[] = {
	    text("record", "index"),
	    number("first", index->first),
	    number("stripes", index->count),
	    text("signer", name),
	};

	base32_encode(BASE32_ID, signer->byte, name);
	return report_row(style, REPORT_FIELDS(field), to);
}

/* A row for each id of a document, 32 bytes each. */
static int
describe_ids(enum report_style style, const char *word, struct span ids,
    struct buf *to)
{
	char id[DIGEST_HEX_SIZE];
	struct digest digest;
	size_t i, count = ids.size / sizeof digest;
	int result = 0;

	for (i = 0; result == 0 && i < count; i++) {
		digest = digest_from(ids.data + i * sizeof digest);
		digest_hex(&digest, id);
		struct report_field field[] = {
		    text("record", word),
		    number("index", i),
		    text("id", id),
		};

		result = report_row(style, REPORT_FIELDS(field), to);
	}
	return result;
}

/* A time is a number for programs and a date for people. */
static struct report_field
when(uint64_t time, char date[static NUMBER_TIME_TEXT])
{
	struct report_field field = number("time", time);

	number_time_text(time, date);
	field.text = date;
	return field;
}

int
describe_snapshot(enum report_style style, const struct snapshot *snapshot,
    const struct digest *signer, struct buf *to)
{
	char name[BASE32_TEXT], date[NUMBER_TIME_TEXT],
	    previous[DIGEST_HEX_SIZE];

	base32_encode(BASE32_ID, signer->byte, name);
	digest_hex(&snapshot->previous, previous);
	struct report_field field[] = {
	    text("record", "snapshot"),
	    number("number", snapshot->number),
	    when(snapshot->time, date),
	    text("previous", previous),
	    text("signer", name),
	};

	if (report_row(style, REPORT_FIELDS(field), to) != 0)
		return -1;
	return describe_ids(style, "lists", snapshot->indexes, to);
}

int
describe_receipt(enum report_style style, const struct receipt *receipt,
    const struct digest *signer, struct buf *to)
{
	char name[BASE32_TEXT], owner[BASE32_TEXT], date[NUMBER_TIME_TEXT];
	struct report_field field[] = {
	    text("record", "receipt"),
	    when(receipt->time, date),
	    text("owner", owner),
	    text("signer", name),
	};

	base32_encode(BASE32_ID, signer->byte, name);
	base32_encode(BASE32_ID, receipt->owner.byte, owner);
	if (report_row(style, REPORT_FIELDS(field), to) != 0)
		return -1;
	return describe_ids(style, "keeps", receipt->ids, to);
}

/* A row for each member, by the id that a roster has. */
static int
describe_names(enum report_style style, const struct members *members,
    struct buf *to)
{
	char name[BASE32_TEXT];
	size_t i, count = members_count(members);
	struct digest id;
	int result = 0;

	for (i = 0; result == 0 && i < count; i++) {
		id = members_id(members, i);
		base32_encode(BASE32_ID, id.byte, name);
		struct report_field field[] = {
		    text("record", "member"),
		    number("index", i),
		    text("id", name),
		};

		result = report_row(style, REPORT_FIELDS(field), to);
	}
	return result;
}

int
describe_members(enum report_style style, const struct members *members,
    const struct digest *signer, struct buf *to)
{
	char name[BASE32_TEXT], date[NUMBER_TIME_TEXT];
	char until[NUMBER_TIME_TEXT];
	struct report_field expires = when(members->expires, until);

	expires.name = "expires";
	base32_encode(BASE32_ID, signer->byte, name);
	struct report_field field[] = {
	    text("record", "members"),
	    number("number", members->number),
	    when(members->time, date),
	    expires,
	    number("liars", members->liars),
	    number("quorum", members->quorum),
	    text("signer", name),
	};

	if (report_row(style, REPORT_FIELDS(field), to) != 0)
		return -1;
	return describe_names(style, members, to);
}

int
describe_order(enum report_style style, const struct order *order,
    const struct digest *signer, struct buf *to)
{
	static const char *const shelf[] = {"shards", "snapshots", "members",
	    "receipts"};
	char name[BASE32_TEXT], date[NUMBER_TIME_TEXT];
	struct report_field field[] = {
	    text("record", "order"),
	    when(order->time, date),
	    text("shelf", shelf[order->shelf]),
	    text("signer", name),
	};

	base32_encode(BASE32_ID, signer->byte, name);
	if (report_row(style, REPORT_FIELDS(field), to) != 0)
		return -1;
	return describe_ids(style, "drops", order->ids, to);
}

int
describe_bytes(enum report_style style, const struct digest *id, uint64_t size,
    const char *state, struct buf *to)
{
	char text_id[DIGEST_HEX_SIZE];
	struct report_field field[] = {
	    text("record", "bytes"),
	    number("size", size),
	    text("id", text_id),
	    text("state", state),
	};

	digest_hex(id, text_id);
	return report_row(style, REPORT_FIELDS(field), to);
}
