/* SPDX-License-Identifier: ISC */
/*
 * Streams put together from their pieces, in right and wrong orders, whole
 * and cut anywhere, all at once and byte by byte.
 */
#include "format/stream.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "scratch.h"
#include "spell.h"

#define STRIPES 3

static const struct head head = {.need = 2, .total = 3, .shard_size = 1024};
static struct bundle bundles[STRIPES];

/*
 * Pieces by their letters: H head, 0 1 2 stripe records, a b c the shards of
 * stripe 0, d e f of 1, g h i of 2, E end; others are spelt below.
 */
struct order {
	const char *pieces;
	const char *have;  /* of each stripe read, as a bit set */
	const char *fails; /* NULL: it ends well */
};

static const struct order orders[] = {
    {"", "", "the stream is empty"}, {"E", "", "this is not a shard stream"},
    {"z", "", "byte 0 of the stream: CBOR"},
    {"a", "", "this is not a shard stream"},
    {"H", "", "the stream is cut short: it has no end record"},
    {"H0", "", "the stream is cut short: it has no end record"},
    {"H0abc", "7", "the stream is cut short: it has no end record"},
    {"Hx", "", "byte 58 of the stream: this is not a record"},
    {"Hr", "", "byte 58 of the stream: a record of unknown kind 3"},
    {"HH", "", "byte 58 of the stream: a record of unknown kind 0"},
    {"H0aH", "1", "of the stream: a record of unknown kind 0"},
    {"Hz", "", "byte 58 of the stream: CBOR"},
    {"H0z", "", "byte 233 of the stream: CBOR"},
    {"H0az", "", "byte 1302 of the stream: CBOR"},
    {"HEE", "", "there is something behind the end"},
    {"HEz", "", "there is something behind the end"},
    {"HEa", "", "there is something behind the end"},
    {"H0s", "", "byte 275 of the stream: a shard without its bytes"},
    {"H0l", "", "byte 275 of the stream: a shard without its bytes"},
    {"H0n", "", "byte 275 of the stream: a shard without its bytes"},
    {"H0m", "", "byte 275 of the stream: a shard without its bytes"},
    {"Hl", "", "byte 100 of the stream: a shard without its bytes"},
    {"Hm", "", "byte 100 of the stream: a shard without its bytes"},
    {"Hn", "", "byte 100 of the stream: a shard without its bytes"},
    {"H0p", "", "the stream is cut short at byte 280"},
    {"Hp", "", "the stream is cut short at byte 105"},
    {"H0q", "", "byte 233 of the stream: a shard's header is malformed"},
    {"Hq", "", "byte 58 of the stream: a shard's header is malformed"},
    {"HE", "", NULL}, {"H0E", "0", NULL}, {"H012E", "000", NULL},
    {"H0abc1def2ghiE", "777", NULL}, {"H0cba1fed2ihgE", "777", NULL},
    {"H0b1d2hiE", "216", NULL},
    {"H2g0b1dE", "121", NULL},	   /* the order is for others */
    {"H0abca1dE", "71", NULL},	   /* twice */
    {"H0aaaE", "1", NULL},	   /* thrice */
    {"H0d1a2bE", "000", NULL},	   /* of another stripe */
    {"Habc0aE", "1", NULL},	   /* before their stripe */
    {"H0abcdefghi1E", "70", NULL}, /* too early */
    {"H0S1E", "00", NULL},	   /* of another length, but out of place */
    {"H0aw1E", "10", NULL},	   /* of another id */
};

#define HEADER_A "a4 00 02 01 00 02 00 03 [32]"

static const struct {
	char letter;
	const char *spelling;
} spelt[] = {
    {'r', "a1 00 03"},
    {'x', "a1 01 00"},
    {'z', "ff"},
    {'s', HEADER_A "[1023]"},
    {'n', HEADER_A "00"},
    {'l', HEADER_A "5bffffffffffffffff"},
    {'m', HEADER_A "5a01000001"},
    {'p', HEADER_A "590400 1111"},
    {'q', "a4 00 02 01 00 02 03 03 [32]"},
    {'w', "a4 00 02 01 00 02 01 03 [32] [1024]"},
    {'S', "a4 00 02 01 09 02 00 03 [32] [5]"},
    {'E', "a5 00 04 01 03 02 191002 03 [32] 04 [32]"},
};

static void
bundles_fill(void)
{
	static const uint32_t sizes[STRIPES] = {2048, 2047, 3};
	struct stripe *stripe;
	unsigned i;

	for (i = 0; i < STRIPES; i++) {
		must(bundle_init(&bundles[i], &head) == 0, "a bundle");
		stripe = &bundles[i].stripe;
		random_fill(stripe, sizeof *stripe);
		random_fill(bundles[i].bytes, bundles[i].capacity);
		memset(bundles[i].have, 1, head.total);
		stripe->number = i;
		stripe->size = sizes[i];
		stripe->total = head.total;
	}
	memset(bundles[0].stripe.id, 0x11, sizeof(struct digest));
}

static void
add_shard(unsigned stripe, unsigned index, struct buf *to)
{
	const struct bundle *bundle = &bundles[stripe];
	struct shard shard = {stripe, index, bundle->stripe.id[index]};
	struct cbor_writer writer;

	record_encode_shard(&shard, to);
	cbor_writer_init(&writer, to);
	cbor_write_bytes(&writer,
	    span_of(bundle_shard(bundle, &head, index),
		stripe_shard_size(&head, bundle->stripe.size)));
	must(cbor_writer_end(&writer) == 0, "a shard");
}

static struct buf
pieces_of(const char *letters)
{
	struct buf all = {0};
	struct span bytes;
	size_t i;

	for (; *letters != '\0'; letters++) {
		if (*letters == 'H')
			record_encode_head(&head, &all);
		else if (*letters >= '0' && *letters <= '2')
			record_encode_stripe(&bundles[*letters - '0'].stripe,
			    &all);
		else if (*letters >= 'a' && *letters <= 'i')
			add_shard((unsigned)(*letters - 'a') / 3,
			    (unsigned)(*letters - 'a') % 3, &all);
		for (i = 0; i < COUNT(spelt); i++) {
			if (spelt[i].letter != *letters)
				continue;
			bytes = spell(spelt[i].spelling);
			buf_append(&all, bytes);
			forget(bytes);
		}
	}
	return all;
}

/* What was read must be what is in bundles[]. */
static void
check_bundle(const struct bundle *bundle)
{
	const struct bundle *right;
	unsigned i;
	size_t size;

	must(bundle->stripe.number < STRIPES, "its number");
	right = &bundles[bundle->stripe.number];
	size = stripe_shard_size(&head, right->stripe.size);
	check(bundle->stripe.size == right->stripe.size &&
		bundle->stripe.total == head.total &&
		memcmp(bundle->stripe.id, right->stripe.id,
		    head.total * sizeof(struct digest)) == 0 &&
		memcmp(bundle->stripe.box, right->stripe.box,
		    sizeof right->stripe.box) == 0,
	    "another stripe record");
	for (i = 0; i < head.total; i++)
		if (bundle->have[i])
			check(memcmp(bundle_shard(bundle, &head, i),
				  bundle_shard(right, &head, i), size) == 0,
			    "other bytes in shard %u", i);
}

/* Read all there is: the result of the last call, the sets in `have`. */
static int
read_stream(int fd, char *have)
{
	struct stream stream;
	struct bundle bundle;
	unsigned i, set;
	int got;

	must(bundle_init(&bundle, &head) == 0, "a bundle");
	got = stream_open(&stream, fd) == 0 ? 1 : -1;
	while (got > 0 && (got = stream_read(&stream, &bundle)) > 0) {
		check_bundle(&bundle);
		for (set = 0, i = 0; i < head.total; i++)
			set |= (unsigned)bundle.have[i] << i;
		check(bundle_count(&bundle) ==
			(unsigned)__builtin_popcount(set),
		    "the count");
		*have++ = (char)('0' + set);
	}
	*have = '\0';
	if (got == 0)
		check(stream_read(&stream, &bundle) == 0 &&
			stream.end.stripes == 3 && stream.end.size == 4098 &&
			record_kind(span_of_buf(&stream.end_item)) ==
			    RECORD_END,
		    "the end");
	stream_close(&stream);
	bundle_release(&bundle);
	return got;
}

static void
test_order(const struct order *order, size_t step)
{
	struct buf bytes = pieces_of(order->pieces);
	char have[32];
	pid_t child;
	int fd = dribble_of(span_of_buf(&bytes), step, &child), got;

	got = read_stream(fd, have);
	check(strcmp(have, order->have) == 0, "%s gives '%s'", order->pieces,
	    have);
	if (order->fails == NULL)
		check(got == 0, "%s: %s", order->pieces, fail_last()->text);
	else
		check_fails(got, FAIL_DATA, order->fails, order->pieces);
	dribble_end(fd, child);
	buf_release(&bytes);
}

/* A beginning of a stream is told from the whole. */
static void
test_cuts(void)
{
	struct buf bytes = pieces_of("H0abc1def2ghiE");
	char have[32];
	size_t size;
	int fd, got;

	for (size = 0; size < bytes.size; size += 7) {
		fd = memory_of(span_of(bytes.data, size));
		got = read_stream(fd, have);
		close(fd);
		check(got == -1 && fail_last()->kind == FAIL_DATA,
		    "%zu bytes of it pass", size);
		check(strstr(fail_last()->text, "cut short") != NULL ||
			strstr(fail_last()->text, "without its b") != NULL ||
			size == 0,
		    "%zu bytes of it: %s", size, fail_last()->text);
	}
	buf_release(&bytes);
}

/*
 * That nothing follows can only be told from an end: here it is an error, as
 * of a socket whose other end went without having read all.
 */
static void
test_no_end(void)
{
	struct buf bytes = pieces_of("H0abc1def2ghiE");
	char have[32];
	int end[2], got;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, end) == 0, "socketpair");
	must(file_write(end[0], span_of("x", 1)) == 0 &&
		file_write(end[1], span_of_buf(&bytes)) == 0,
	    "writing");
	close(end[1]);
	got = read_stream(end[0], have);
	check(strcmp(have, "777") == 0, "it gives '%s'", have);
	check_fails(got, FAIL_SYSTEM, "cannot read: Connection reset by peer",
	    "no end");
	close(end[0]);
	buf_release(&bytes);
}

static void
test_write(void)
{
	struct buf right = pieces_of("0abc1df2"), written;
	int fd = memory_of(span_of("", 0)), full = open("/dev/full", O_WRONLY);
	unsigned i;

	bundles[1].have[1] = 0;
	memset(bundles[2].have, 0, head.total);
	for (i = 0; i < STRIPES; i++)
		check(stream_write(fd, &head, &bundles[i]) == 0, "write: %s",
		    fail_last()->text);
	written = memory_read(fd);
	check(span_equal(span_of_buf(&written), span_of_buf(&right)),
	    "other bytes are written");
	check_fails(stream_write(full, &head, &bundles[0]), FAIL_SYSTEM,
	    "cannot write: No space left", "a full disk");
	buf_release(&right);
	buf_release(&written);
	close(fd);
	close(full);
}

int
main(void)
{
	static const size_t steps[] = {1, 61, 4096};
	struct stream stream;
	size_t i, j;

	bundles_fill();
	for (i = 0; i < COUNT(orders); i++)
		for (j = 0; j < COUNT(steps); j++)
			test_order(&orders[i], steps[j]);
	test_cuts();
	test_no_end();
	test_write();
	check_fails(stream_open(&stream, -1), FAIL_SYSTEM, "cannot read", "-1");
	stream_close(&stream);
	for (i = 0; i < STRIPES; i++)
		bundle_release(&bundles[i]);
	return failures != 0;
}
