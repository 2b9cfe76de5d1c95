/* SPDX-License-Identifier: ISC */
/*
 * A snapshot unrolled from its indexes: in their order, from whoever has
 * them, and nothing that its owner did not put there.
 */
#include "xfer/listing.h"

#include "crypto/tree.h"
#include "doc/index.h"
#include "peers.h"

#define STRIPES 6

static struct head head = {.need = 1, .total = 2, .shard_size = 1024};
static struct buf head_item, end_item, records[STRIPES];
static struct store *store;

static void
records_fill(void)
{
	struct owner owner = owner_of(1);
	struct stripe stripe = {.size = 5, .total = 2};
	struct chain chain;
	struct end end;

	head.owner = owner.id;
	must(record_encode_head(&head, &head_item) == 0, "head");
	chain_init(&chain, span_of_buf(&head_item));
	for (; stripe.number < STRIPES; stripe.number++)
		must(record_encode_stripe(&stripe, &records[stripe.number]) ==
			    0 &&
			chain_add(&chain, &stripe) == 0,
		    "stripe");
	must(chain_seal_end(&chain, &owner, &end) == 0 &&
		record_encode_end(&end, &end_item) == 0,
	    "end");
}

static struct digest
keep(enum store_shelf shelf, struct buf *document)
{
	struct owner owner = owner_of(1);
	struct store_key key = {shelf, owner.id,
	    tree_root(span_of_buf(document))};

	must(store_put(store, &key, span_of_buf(document)) == 0 &&
		store_commit(store) == 0,
	    "keep");
	buf_release(document);
	return key.id;
}

/*
 * An index of the stripes in `which`, a digit each; it claims to begin at
 * `first` and to list `count`.
 */
static struct digest
index_of(const char *which, uint64_t first, uint64_t count, int who)
{
	struct secret scalar = scalar_of(who);
	struct buf listed = {0}, document = {0};
	struct index index = {span_of_buf(&head_item), first, count, {NULL, 0}};

	for (; *which != '\0'; which++)
		buf_append(&listed, span_of_buf(&records[*which - '0']));
	index.records = span_of_buf(&listed);
	must(index_encode(&index, &scalar, &document) == 0, "index");
	buf_release(&listed);
	return keep(STORE_SHARDS, &document);
}

static struct digest
snapshot_of(const struct digest *indexes, size_t count)
{
	struct secret scalar = scalar_of(1);
	struct snapshot snapshot = {.number = 1,
	    .head = span_of_buf(&head_item),
	    .end = span_of_buf(&end_item),
	    .indexes = span_of(indexes, count * sizeof *indexes)};
	struct buf document = {0};

	must(snapshot_encode(&snapshot, &scalar, &document) == 0, "snapshot");
	return keep(STORE_SNAPSHOTS, &document);
}

/* Unroll it: the result of the last step, and how many stripes came. */
static int
unroll(const struct digest *snapshot, unsigned *count)
{
	struct owner owner = owner_of(1);
	struct listing listing;
	struct stripe stripe;
	struct peers peers;
	int got;

	peers_open(&peers, 2, HOLDER_READ);
	*count = 0;
	got = listing_open(&listing, &peers.holders, &owner.id, snapshot) == 0
	    ? 1
	    : -1;
	while (got > 0 && (got = listing_next(&listing, &stripe)) > 0)
		check(stripe.number == (*count)++, "stripe %llu",
		    (unsigned long long)stripe.number);
	listing_close(&listing);
	peers_close(&peers);
	return got;
}

static void
test_good(const struct digest *index, size_t indexes)
{
	struct digest snapshot = snapshot_of(index, indexes);
	unsigned count;
	int got = unroll(&snapshot, &count);

	check(got == 0 && count == STRIPES, "%u stripes: %s", count,
	    fail_last()->text);
}

static void
test_bad(const struct digest *index, size_t indexes, enum fail_kind kind,
    const char *words, unsigned wanted)
{
	struct digest snapshot = snapshot_of(index, indexes);
	unsigned count;
	int got = unroll(&snapshot, &count);

	check_fails(got, kind, words, words);
	check(count == wanted, "%s: %u stripes", words, count);
}

static void
test_indexes(void)
{
	struct digest all = index_of("012345", 0, 6, 1),
		      a = index_of("012", 0, 3, 1),
		      b = index_of("345", 3, 3, 1), none = {{7}},
		      empty = index_of("", 3, 0, 1),
		      long_a = index_of("012", 0, 4, 1),
		      foreign = index_of("345", 3, 3, 2),
		      mixed = index_of("021345", 0, 6, 1);

	test_good(&all, 1);
	test_good((struct digest[]){a, b}, 2);
	test_good((struct digest[]){a, empty, b}, 3);
	test_bad(NULL, 0, FAIL_DATA, "the end record does not belong", 0);
	test_bad(&a, 1, FAIL_DATA, "the end record does not belong", 3);
	test_bad(&b, 1, FAIL_DATA, "index 0 belongs to another place", 0);
	test_bad((struct digest[]){b, a}, 2, FAIL_DATA,
	    "index 0 belongs to another place", 0);
	test_bad((struct digest[]){a, a}, 2, FAIL_DATA,
	    "index 1 belongs to another place", 3);
	test_bad((struct digest[]){a, none}, 2, FAIL_NO,
	    "no usable peer has index 1 of snapshot 1", 3);
	test_bad((struct digest[]){long_a, b}, 2, FAIL_DATA,
	    "an index counts its stripes wrong", 3);
	test_bad((struct digest[]){a, foreign}, 2, FAIL_DATA,
	    "the index is signed by a stranger", 3);
	test_bad(&mixed, 1, FAIL_DATA, "stripe 2 stands where 1 belongs", 1);
}

/* Signed by the owner all the same. */
static void
test_snapshots(void)
{
	struct buf kept = end_item, text = {0};
	struct digest none = {{1}}, bad;
	unsigned count;

	check_fails(unroll(&none, &count), FAIL_NO,
	    "no usable peer gives the snapshot any more", "no snapshot");
	must(buf_append(&text, span_of_text("no document")) == 0, "memory");
	bad = keep(STORE_SNAPSHOTS, &text);
	check_fails(unroll(&bad, &count), FAIL_DATA,
	    "the snapshot is not a signed document", "a text");
	end_item = head_item;
	bad = snapshot_of(NULL, 0);
	check_fails(unroll(&bad, &count), FAIL_DATA,
	    "the end record is malformed", "a head as end");
	end_item = kept;
	kept = head_item;
	head_item = end_item;
	bad = snapshot_of(NULL, 0);
	check_fails(unroll(&bad, &count), FAIL_DATA,
	    "this is not a shard stream", "an end as head");
	head_item = kept;
}

int
main(void)
{
	struct peers peers;
	size_t i;

	records_fill();
	peers_open(&peers, 2, HOLDER_WRITE); /* the first has nothing */
	peers_close(&peers);
	store = store_open(scratch("s1"), STORE_WRITE);
	must(store != NULL, "a store");
	test_indexes();
	test_snapshots();
	store_close(store);
	for (i = 0; i < STRIPES; i++)
		buf_release(&records[i]);
	buf_release(&head_item);
	buf_release(&end_item);
	return failures != 0;
}
