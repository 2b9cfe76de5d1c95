/* SPDX-License-Identifier: ISC */
/* Who is told of whom: only of who was reached, as long as the word is good. */
#include "xfer/known.h"

#include <sys/time.h>
#include <time.h>

#include "doc/addresses.h"
#include "fixture.h"
#include "format/cbor.h"
#include "peer/identity.h"
#include "scratch.h"

#define DAY 86400

static uint64_t now;

/* Owner `who` says with this number that it is good until then. */
static int
put(int who, int signer, uint64_t number, uint64_t until)
{
	struct secret scalar = scalar_of(signer);
	struct owner owner = owner_of(who);
	struct addresses addresses = {.number = number,
	    .until = until,
	    .count = 1,
	    .at = {{4, {198, 41, 0, (uint8_t)number}, 7117}}};
	struct buf document = {0};
	int result;

	must(addresses_encode(&addresses, &scalar, &document) == 0, "encode");
	result = known_put(scratch("known"), &owner.id, span_of_buf(&document),
	    now, &addresses);
	buf_release(&document);
	return result;
}

/* How many records owner 1 tells; the number of the last goes to `number`. */
static int
told(uint64_t at, uint64_t *number)
{
	struct secret scalar = scalar_of(1);
	struct addresses addresses;
	struct cbor_reader reader;
	struct buf answer = {0};
	int count = -1;
	uint64_t i;

	if (known_tell(scratch("known"), &scalar, at, &answer) == 0) {
		check(cbor_measure(span_of_buf(&answer), 1 << 16) ==
			(int64_t)answer.size,
		    "the answer is not whole");
		cbor_reader_init(&reader, span_of_buf(&answer));
		i = cbor_read_array(&reader, KNOWN_TOLD);
		for (count = (int)i; i > 0; i--) {
			check(addresses_decode(cbor_read_bytes(&reader,
						   KNOWN_DOCUMENT),
				  NULL, &addresses) == 0,
			    "%s", fail_last()->text);
			*number = addresses.number;
		}
	}
	buf_release(&answer);
	return count;
}

static void
reach(int who, uint64_t seconds_ago)
{
	struct owner owner = owner_of(who);
	char name[DIGEST_HEX_SIZE + 16], hex[DIGEST_HEX_SIZE];
	struct timeval times[2] = {{0}};

	must(known_reach(scratch("known"), &owner.id) == 0, "reach");
	digest_hex(&owner.id, hex);
	snprintf(name, sizeof name, "known/%s.reached", hex);
	times[0].tv_sec = times[1].tv_sec = (time_t)(now - seconds_ago);
	must(utimes(scratch(name), times) == 0, "a time");
}

static void
test_refused(void)
{
	uint64_t number;

	check_fails(told(now, &number), FAIL_NO,
	    "this holder does not exchange addresses", "no folder");
	must(mkdir(scratch("known"), 0700) == 0, "a folder");
	check(told(now, &number) == 0, "an empty folder");
	check_fails(put(2, 3, 1, now + DAY), FAIL_DATA, "a stranger",
	    "another's word");
	check(put(2, 2, 1, now) == 0, "it is over");
	check(put(2, 2, 1, now + 7 * DAY + 1) == 0, "too far ahead");
	check(told(now, &number) == 0, "something was kept");
}

static void
test_told(void)
{
	uint64_t number = 0;

	check(put(1, 1, 5, now + DAY) == 1, "our own");
	check(told(now, &number) == 1 && number == 5, "our own is told");
	check(put(2, 2, 6, now + DAY) == 1, "a peer's");
	check(told(now, &number) == 1, "who was not reached is not told of");
	reach(2, DAY - 60);
	check(told(now, &number) == 2, "who was reached is");
	reach(2, DAY + 1);
	check(told(now, &number) == 1, "for a day");
	reach(2, 0);
	check(told(now + DAY, &number) == 0, "until it is over");
}

/* An old word does not come back. */
static void
test_numbers(void)
{
	uint64_t number = 0;

	check(put(1, 1, 9, now + DAY) == 1, "a newer one");
	check(put(1, 1, 9, now + DAY) == 1, "the same again");
	check(put(1, 1, 8, now + DAY) == 0, "an older one");
	reach(2, 2 * DAY);
	check(told(now, &number) == 1 && number == 9, "number %d", (int)number);
}

static void
test_many(void)
{
	uint64_t number;
	int who;

	for (who = 3; who < 16; who++) {
		put(who, who, 1, now + DAY);
		reach(who, 0);
	}
	check(told(now, &number) == 14, "13 peers and we");
	scratch_write(scratch("known/x"), span_of_text("x"), 0600);
	check(told(now, &number) == 14, "another file");
}

/* One answer has 50 records at most, however many there are to tell. */
static void
test_most_told(void)
{
	struct addresses addresses = {.number = 1,
	    .until = now + DAY,
	    .count = 1,
	    .at = {{4, {198, 41, 0, 1}, 7117}}};
	struct buf document = {0};
	struct secret scalar;
	struct digest id;
	uint64_t number;
	int who;

	for (who = 16; who < 16 + KNOWN_TOLD; who++) {
		scalar = scalar_of(who);
		document.size = 0;
		must(identity_id(&scalar, &id) == 0 &&
			addresses_encode(&addresses, &scalar, &document) == 0 &&
			known_put(scratch("known"), &id, span_of_buf(&document),
			    now, &addresses) == 1 &&
			known_reach(scratch("known"), &id) == 0,
		    "one more");
	}
	buf_release(&document);
	check(told(now, &number) == KNOWN_TOLD, "not 50 are told");
}

/* A file where the record of that peer would be, so old. */
static struct digest
keep(int who, uint64_t seconds_ago)
{
	struct digest id = {{(uint8_t)who, (uint8_t)(who >> 8)}};
	char name[DIGEST_HEX_SIZE + 16], hex[DIGEST_HEX_SIZE];
	struct timeval times[2] = {{0}};

	digest_hex(&id, hex);
	snprintf(name, sizeof name, "full/%s", hex);
	scratch_write(scratch(name), span_of_text("x"), 0600);
	times[0].tv_sec = times[1].tv_sec = (time_t)(now - seconds_ago);
	must(utimes(scratch(name), times) == 0, "a time");
	return id;
}

/* Of others 200 are kept; one that is over makes room, and is gone. */
static void
test_most_kept(void)
{
	struct digest other = {{255, 255}}, id;
	int who;

	check(!known_has_room(scratch("full"), &other, now), "no folder");
	must(mkdir(scratch("full"), 0700) == 0, "a folder");
	for (who = 0; who < KNOWN_KEPT; who++) {
		check(known_has_room(scratch("full"), &other, now),
		    "no room beside %d", who);
		id = keep(who, ADDRESSES_LIFE - 60);
		must(known_reach(scratch("full"), &id) == 0, "reach");
	}
	check(!known_has_room(scratch("full"), &other, now), "room beside 200");
	check(known_has_room(scratch("full"), &id, now), "no room for its own");
	keep(7, ADDRESSES_LIFE);
	check(known_has_room(scratch("full"), &other, now), "none is over");
	keep(who, 0);
	check(!known_has_room(scratch("full"), &other, now),
	    "it is still there");
}

/* A peer is told once a minute, others may be told meanwhile. */
static void
test_often(void)
{
	struct secret scalar = scalar_of(1);
	struct owner one = owner_of(2), other = owner_of(3);
	struct known known = {scratch("known"), known_asked_open()};
	struct buf answer = {0};

	must(known.asked != NULL, "memory");
	check(known_answer(&known, &one.id, &scalar, now, &answer) == 0,
	    "the first time: %s", fail_last()->text);
	check_fails(known_answer(&known, &one.id, &scalar, now, &answer),
	    FAIL_NO, "less than a minute ago", "again at once");
	check_fails(known_answer(&known, &one.id, &scalar,
			now + KNOWN_AGAIN - 1, &answer),
	    FAIL_NO, "less than a minute ago", "in the same minute");
	check(known_answer(&known, &other.id, &scalar, now, &answer) == 0,
	    "another: %s", fail_last()->text);
	check(known_answer(&known, &one.id, &scalar, now + KNOWN_AGAIN,
		  &answer) == 0,
	    "a minute later: %s", fail_last()->text);
	known.folder = scratch("nowhere");
	check_fails(known_answer(&known, &one.id, &scalar, now, &answer),
	    FAIL_NO, "does not exchange", "no folder");
	buf_release(&answer);
}

int
main(void)
{
	now = (uint64_t)time(NULL);
	test_refused();
	test_told();
	test_numbers();
	test_many();
	test_most_told();
	test_most_kept();
	test_often();
	return failures != 0;
}
