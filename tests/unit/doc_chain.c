/* SPDX-License-Identifier: ISC */
/*
 * The chain: a box opens for its owner at its own place and nowhere else, a
 * stream ends where its owner ended it, labels come back and tell nothing.
 */
#include "doc/chain.h"

#include "fixture.h"

#define STRIPES 4

static const char first_head[] = "a head", other_head[] = "another head";
static struct stripe stripes[STRIPES];
static struct stripe_key keys[STRIPES];

static struct chain
chain_behind(const char *head, size_t count)
{
	struct chain chain;
	size_t i;

	chain_init(&chain, span_of_text(head));
	for (i = 0; i < count; i++)
		must(chain_add(&chain, &stripes[i]) == 0, "chain_add");
	return chain;
}

static struct secret
key_at(const char *head, size_t count, int who, const struct stripe *stripe)
{
	struct chain chain = chain_behind(head, count);
	struct owner owner = owner_of(who);
	struct secret key;

	must(chain_key(&chain, &owner, stripe, &key) == 0, "chain_key");
	return key;
}

static void
seal_all(void)
{
	struct secret key;
	size_t i;

	for (i = 0; i < STRIPES; i++) {
		random_fill(&stripes[i], sizeof stripes[i]);
		random_fill(&keys[i], sizeof keys[i]);
		stripes[i].number = i;
		stripes[i].size = 1000 + (uint32_t)i;
		stripes[i].total = 5;
		key = key_at(first_head, i, 1, &stripes[i]);
		chain_seal_stripe(&key, &keys[i], &stripes[i]);
	}
}

static void
refused(struct secret key, const struct stripe *stripe, const char *what)
{
	struct stripe_key opened;

	check_fails(chain_open_stripe(&key, stripe, &opened), FAIL_DATA,
	    "is not the owner's or not in its place", what);
	check(fail_last()->hint[0] != '\0', "no hint");
}

static void
test_boxes_refused(void)
{
	struct stripe stripe = stripes[2];
	struct secret right = key_at(first_head, 2, 1, &stripe);
	size_t i;

	for (i = 0; i < STRIPES; i++)
		if (i != 2)
			refused(key_at(first_head, i, 1, &stripe), &stripe,
			    "another place");
	refused(key_at(other_head, 2, 1, &stripe), &stripe, "another head");
	refused(key_at(first_head, 2, 2, &stripe), &stripe, "another owner");
	refused(right, &stripes[1], "another box");
	stripe.size++;
	refused(key_at(first_head, 2, 1, &stripe), &stripe, "another size");
	stripe.size--;
	stripe.number++;
	refused(key_at(first_head, 2, 1, &stripe), &stripe, "another number");
	stripe.number--;
	stripe.total--;
	refused(key_at(first_head, 2, 1, &stripe), &stripe, "an id less");
	stripe.total++;
	stripe.id[4].byte[31] ^= 1;
	refused(key_at(first_head, 2, 1, &stripe), &stripe, "another id");
	stripe.id[4].byte[31] ^= 1;
	for (i = 0; i < sizeof stripe.box * 8; i++) {
		stripe.box[i / 8] ^= (uint8_t)(1 << i % 8);
		refused(right, &stripe, "a flip of the box");
		stripe.box[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	stripes[1].box[0] ^= 1; /* before it, and opened by nobody */
	refused(key_at(first_head, 2, 1, &stripe), &stripe, "another past");
	stripes[1].box[0] ^= 1;
}

static void
test_boxes(void)
{
	struct stripe_key opened;
	struct secret key;
	size_t i;

	for (i = 0; i < STRIPES; i++) {
		key = key_at(first_head, i, 1, &stripes[i]);
		check(chain_open_stripe(&key, &stripes[i], &opened) == 0 &&
			memcmp(&opened, &keys[i], sizeof opened) == 0,
		    "stripe %zu: %s", i, fail_last()->text);
	}
}

static void
test_numbers(void)
{
	struct chain chain = chain_behind(first_head, 2), before = chain;

	check_fails(chain_add(&chain, &stripes[1]), FAIL_DATA,
	    "stripe 1 stands where 2 belongs", "a stripe twice");
	check_fails(chain_add(&chain, &stripes[3]), FAIL_DATA,
	    "stripe 3 stands where 2 belongs", "a stripe skipped");
	check(memcmp(&chain, &before, sizeof chain) == 0, "it moves");
	chain = chain_behind(first_head, STRIPES);
	check(chain.stripes == 4 && chain.size == 4006, "the counts");
}

static void
end_refused(const struct chain *chain, int who, const struct end *end,
    const char *what)
{
	struct owner owner = owner_of(who);

	check_fails(chain_check_end(chain, &owner, end), FAIL_DATA,
	    "the end record does not belong to this stream", what);
}

static void
test_end(size_t count)
{
	struct chain chain = chain_behind(first_head, count), other;
	struct owner owner = owner_of(1);
	struct end end, wrong;
	size_t i;

	must(chain_seal_end(&chain, &owner, &end) == 0, "seal");
	check(end.stripes == count && !digest_equal(&end.digest, &chain.at) &&
		chain_check_end(&chain, &owner, &end) == 0 &&
		chain_check_end(&chain, NULL, &end) == 0,
	    "the end: %s", fail_last()->text);
	end_refused(&chain, 2, &end, "another owner's end");
	for (i = 0; i <= STRIPES; i++) {
		other = chain_behind(first_head, i);
		if (i != count)
			end_refused(&other, 1, &end, "another end");
	}
	other = chain_behind(other_head, count);
	end_refused(&other, 1, &end, "another stream's end");
	check(chain_check_end(&other, NULL, &end) == -1, "without an owner");
	wrong = end;
	wrong.stripes++;
	end_refused(&chain, 1, &wrong, "another count");
	wrong = end;
	wrong.size++;
	end_refused(&chain, 1, &wrong, "another size");
	for (i = 0; i < 32; i++) {
		wrong = end;
		wrong.digest.byte[i] ^= 1;
		end_refused(&chain, 1, &wrong, "another digest");
		check(chain_check_end(&chain, NULL, &wrong) == -1,
		    "another digest without an owner");
		wrong = end;
		wrong.seal.byte[i] ^= 1;
		end_refused(&chain, 1, &wrong, "another seal");
		check(chain_check_end(&chain, NULL, &wrong) == -1,
		    "another seal without an owner");
	}
}

static struct buf
label_box(int who, size_t size)
{
	char text[LIMIT_LABEL + 1];
	struct owner owner = owner_of(who);
	struct buf box = {0};

	memset(text, 'x', size);
	text[size] = '\0';
	must(chain_seal_label(&owner, text, &box) == 0, "seal");
	return box;
}

static void
test_label(size_t size)
{
	struct owner owner = owner_of(1), stranger = owner_of(2);
	struct buf box = label_box(1, size), again = label_box(1, size),
		   others = label_box(2, size);
	char text[LIMIT_LABEL + 1];
	size_t i;

	check(box.size == 32 + (size / 32 + 1) * 32 + 16 &&
		box.size <= LIMIT_LABEL_BOX,
	    "the box of %zu has %zu", size, box.size);
	check(span_equal(span_of_buf(&box), span_of_buf(&again)),
	    "the same label looks another way");
	check(memcmp(box.data, others.data, 32) != 0 &&
		memcmp(box.data + 32, others.data + 32, 32) != 0,
	    "two owners' labels look the same");
	check(chain_open_label(&owner, span_of_buf(&box), text) == 0 &&
		strlen(text) == size && strspn(text, "x") == size,
	    "the label of %zu: %s", size, fail_last()->text);
	check_fails(chain_open_label(&stranger, span_of_buf(&box), text),
	    FAIL_DATA, "the label was sealed by another owner", "a stranger");
	check(text[0] == '\0', "a stranger reads something");
	for (i = 0; i < box.size; i++) {
		box.data[i] ^= 0x40;
		check(chain_open_label(&owner, span_of_buf(&box), text) == -1,
		    "a flip at %zu passes", i);
		box.data[i] ^= 0x40;
		if (i > 0)
			check_fails(chain_open_label(&owner,
					span_of(box.data, i), text),
			    FAIL_DATA, "label", "a cut box");
	}
	buf_release(&box);
	buf_release(&again);
	buf_release(&others);
}

static void
test_label_refused(void)
{
	static const uint8_t large[LIMIT_LABEL_BOX + 1];
	struct owner owner = owner_of(1);
	char text[LIMIT_LABEL + 2];
	struct buf box = {0};

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	check_fails(chain_seal_label(&owner, text, &box), FAIL_USAGE,
	    "the label has 201 bytes", "201 bytes");
	check_fails(chain_seal_label(&owner, "caf\xe9", &box), FAIL_USAGE,
	    "the label is not UTF-8", "Latin-1");
	check(box.size == 0, "something is sealed");
	check_fails(chain_open_label(&owner, span_of(large, sizeof large),
			text),
	    FAIL_DATA, "the sealed label is malformed", "a large box");
	check(chain_open_label(&owner, span_of(NULL, 0), text) == 0 &&
		text[0] == '\0',
	    "no label");
}

int
main(void)
{
	static const size_t label[] = {0, 1, 31, 32, 33, 63, 64, 199, 200};
	size_t i;

	seal_all();
	test_boxes_refused();
	test_boxes();
	test_numbers();
	for (i = 0; i <= STRIPES; i++)
		test_end(i);
	test_label_refused();
	for (i = 0; i < COUNT(label); i++)
		test_label(label[i]);
	return failures != 0;
}
