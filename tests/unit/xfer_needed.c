/* SPDX-License-Identifier: ISC */
/*
 * Ids that are needed: never forgotten, and hardly ever imagined.
 */
#include "xfer/needed.h"

#include "check.h"

static struct digest
digest_number(uint64_t number)
{
	uint64_t state = number * 0x9e3779b97f4a7c15 + 1;
	struct digest id;
	size_t i;

	for (i = 0; i < sizeof id.byte; i++) {
		state ^= state >> 27;
		state *= 0x94d049bb133111eb;
		state ^= state >> 31;
		id.byte[i] = (uint8_t)(state >> 40);
	}
	return id;
}

static void
test(uint64_t room, uint64_t count, uint64_t most_wrong)
{
	struct needed needed;
	uint64_t i, wrong = 0;
	struct digest id;

	must(needed_init(&needed, room) == 0, "memory");
	for (i = 0; i < 1000; i++) {
		id = digest_number(i);
		wrong += needed_has(&needed, &id);
	}
	check(wrong == 0, "an empty one has %llu", (unsigned long long)wrong);
	for (i = 0; i < count; i++) {
		id = digest_number(i);
		needed_add(&needed, &id);
	}
	for (i = 0; i < count; i++) {
		id = digest_number(i);
		if (!check(needed_has(&needed, &id), "number %llu is forgotten",
			(unsigned long long)i))
			break;
	}
	for (wrong = 0, i = count; i < count + 100000; i++) {
		id = digest_number(i);
		wrong += needed_has(&needed, &id);
	}
	check(wrong <= most_wrong, "%llu of 100000 imagined, %llu at most",
	    (unsigned long long)wrong, (unsigned long long)most_wrong);
	needed_release(&needed);
}

/* While it is not full, it errs in less than one of a thousand. */
static void
test_full(void)
{
	struct needed needed;
	uint64_t i, wrong = 0, room;
	struct digest id;

	must(needed_init(&needed, 10000) == 0, "memory");
	for (room = 0; !needed_is_full(&needed); room++) {
		id = digest_number(room);
		needed_add(&needed, &id);
	}
	check(room > 10000, "full with %llu", (unsigned long long)room);
	for (i = room; i < room + 100000; i++) {
		id = digest_number(i);
		wrong += needed_has(&needed, &id);
	}
	check(wrong < 100, "%llu of 100000 imagined",
	    (unsigned long long)wrong);
	check(wrong > 0, "it could take more");
	needed_release(&needed);
}

int
main(void)
{
	struct needed nothing = {0};

	test(0, 0, 0);
	test(0, 100, 1);
	test(100000, 100000, 10);
	test(100000, 300000, 500);
	test(UINT64_MAX / 1000, 1000, 0); /* bounded, whatever is asked for */
	needed_release(&nothing);
	test_full();
	return failures != 0;
}
