/* SPDX-License-Identifier: ISC */
/* Address records: they come back, and what they may not hold is refused. */
#include "doc/addresses.h"

#include "document.h"

static const struct addresses good = {.number = 7,
    .until = 1700000000,
    .count = 2,
    .at = {{4, {198, 41, 0, 4}, 7117}, {16, {0xfe, 0x80, [15] = 1}, 65535}}};

static struct buf
document_with(const struct addresses *addresses, int who)
{
	struct secret scalar = scalar_of(who);
	struct buf document = {0};

	must(addresses_encode(addresses, &scalar, &document) == 0, "encode");
	return document;
}

static void
test_round(size_t count)
{
	struct owner owner = owner_of(1), stranger = owner_of(2);
	struct addresses addresses = good, back;
	struct buf document;
	size_t i;

	for (i = 2; i < count; i++)
		addresses.at[i] = addresses.at[i % 2];
	addresses.count = count;
	document = document_with(&addresses, 1);
	check(addresses_decode(span_of_buf(&document), &owner.id, &back) == 0,
	    "%zu: %s", count, fail_last()->text);
	check(back.number == 7 && back.until == 1700000000 &&
		back.count == count &&
		memcmp(back.at, addresses.at, count * sizeof *back.at) == 0,
	    "%zu come back as others", count);
	check_fails(addresses_decode(span_of_buf(&document), &stranger.id,
			&back),
	    FAIL_DATA, "the address record is signed by a stranger",
	    "a stranger's");
	buf_release(&document);
}

static bool
takes(struct span document)
{
	struct owner owner = owner_of(1);
	struct addresses back;

	return addresses_decode(document, &owner.id, &back) == 0;
}

static void
test_refused(struct addresses addresses, const char *what)
{
	struct buf document = document_with(&addresses, 1);
	struct owner owner = owner_of(1);
	struct addresses back;

	check_fails(addresses_decode(span_of_buf(&document), &owner.id, &back),
	    FAIL_DATA, "the address record", what);
	buf_release(&document);
}

int
main(void)
{
	struct addresses bad = good;
	size_t i;

	for (i = 1; i <= ADDRESSES_MOST; i++)
		test_round(i);
	document_test_damage(document_with(&good, 1), takes);
	document_test_kinds(takes);
	bad.count = 0;
	test_refused(bad, "no address");
	bad = good;
	bad.at[1].port = 0;
	test_refused(bad, "port 0");
	bad = good;
	bad.at[0].ip_size = 5;
	test_refused(bad, "an ip of 5 bytes");
	return failures != 0;
}
