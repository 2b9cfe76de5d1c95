/* SPDX-License-Identifier: ISC */
/* What peers tell in an exchange: of peers only, each word once, 50 at most. */
#include "find/told.h"

#include <time.h>

#include "doc/addresses.h"
#include "find/exchange.h"
#include "fixture.h"
#include "format/cbor.h"
#include "format/found_read.h"
#include "format/found_text.h"
#include "peer/identity.h"
#include "peer/roster.h"
#include "scratch.h"
#include "xfer/known.h"

/* Of four who sign: we, two peers, and a stranger. */
enum {
	SELF,
	ALICE,
	BOB,
	STRANGER
};

static struct secret scalar[4];
static struct digest id[4];
static struct peer peer[3];
static struct roster roster = {peer, COUNT(peer)};
static struct table table = {.roster = &roster};
static struct exchange exchange = {.table = &table, .scalar = &scalar[SELF]};
static struct told told;
static uint64_t now;

static struct buf answer;
static struct cbor_writer writer;

static void
answer_open(unsigned count)
{
	answer.size = 0;
	cbor_writer_init(&writer, &answer);
	cbor_write_array(&writer, count);
}

/* The word of `who`, with this number, that it is at 8.8.8.NUMBER. */
static void
add(int who, uint64_t number, uint64_t until)
{
	struct addresses addresses = {.number = number,
	    .until = until,
	    .count = 1,
	    .at = {{4, {8, 8, 8, (uint8_t)number}, 7117}}};
	struct buf document = {0};

	must(addresses_encode(&addresses, &scalar[who], &document) == 0,
	    "encode");
	cbor_write_bytes(&writer, span_of_buf(&document));
	buf_release(&document);
}

static int
take(void)
{
	must(cbor_writer_end(&writer) == 0, "an answer");
	return told_take(&told, &peer[0], span_of_buf(&answer));
}

static int
note(void *context, struct found *found)
{
	char address[FOUND_TEXT_ADDRESS];

	check(found->sources == FOUND_EXCHANGE &&
		found->trust == FOUND_SIGNED && found->ttl > 0 &&
		found->ttl <= 3600 && strcmp(found->via, "alice") == 0,
	    "source, trust, time and teller");
	found_text_address(found, address);
	buf_print(context, "%d %s; ",
	    digest_equal(&found->id, &id[ALICE]) ? ALICE : BOB, address);
	return 0;
}

/* What was written since the last time. */
static void
says(const char *wanted, const char *what)
{
	struct buf bytes = memory_read(told.out), all = {0};

	must(found_read(&bytes, true, note, &all) == 0, "records");
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	must(ftruncate(told.out, 0) == 0 && lseek(told.out, 0, SEEK_SET) == 0,
	    "empty");
	buf_release(&bytes);
	buf_release(&all);
}

static void
test_whose(void)
{
	answer_open(4);
	add(ALICE, 5, now + 9000);
	add(STRANGER, 6, now + 9000);
	add(SELF, 7, now + 9000);
	add(BOB, 8, now + 60);
	check(take() == 0, "%s", fail_last()->text);
	says("1 8.8.8.5:7117; 2 8.8.8.8:7117; ", "of peers, and not of us");
}

static void
test_again(void)
{
	answer_open(3);
	add(ALICE, 5, now + 9000);
	add(ALICE, 4, now + 9000);
	add(BOB, 7, now - 1);
	check(take() == 0, "%s", fail_last()->text);
	says("", "the same, an older one, and one that is over");
	answer_open(1);
	add(ALICE, 6, now + 9000);
	check(take() == 0, "%s", fail_last()->text);
	says("1 8.8.8.6:7117; ", "a newer one");
}

static void
test_bad(void)
{
	unsigned i;

	answer_open(KNOWN_TOLD + 1);
	for (i = 0; i <= KNOWN_TOLD; i++)
		add(BOB, 10 + i, now + 9000);
	check_fails(take(), FAIL_DATA, "the answer", "51 records");
	says("", "51 records");
	answer_open(2);
	add(BOB, 9, now + 9000);
	check_fails(take(), FAIL_DATA, "the answer", "one of two");
	answer_open(1);
	add(BOB, 9, now + 9000);
	answer.data[answer.size - 1] ^= 1;
	check_fails(take(), FAIL_DATA, "sign", "a forged record");
	answer_open(1);
	cbor_write_bytes(&writer, span_of_text("x"));
	check(take() == -1, "no record");
	says("", "what is bad");
	answer_open(0);
	check(take() == 0, "nothing to tell: %s", fail_last()->text);
}

int
main(void)
{
	static char alice[] = "alice", bob[] = "bob", self[] = "self";
	int i;

	now = (uint64_t)time(NULL);
	for (i = 0; i < (int)COUNT(id); i++) {
		scalar[i] = scalar_of(1 + i);
		must(identity_id(&scalar[i], &id[i]) == 0, "an id");
	}
	peer[0] = (struct peer){.name = alice, .has_id = true, .id = id[ALICE]};
	peer[1] = (struct peer){.name = bob, .has_id = true, .id = id[BOB]};
	peer[2] = (struct peer){.name = self, .has_id = true, .id = id[SELF]};
	exchange.folder = scratch("addresses");
	must(mkdir(exchange.folder, 0700) == 0, "a folder");
	must(told_init(&told, &exchange, memfd_create("out", 0)) == 0, "init");
	test_whose();
	test_again();
	test_bad();
	told_release(&told);
	buf_release(&answer);
	return failures != 0;
}
