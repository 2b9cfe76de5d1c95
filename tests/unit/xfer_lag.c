/* SPDX-License-Identifier: ISC */
/* Who keeps all others waiting, and when it is given up for that. */
#include "xfer/lag.h"

#include "base/clock.h"
#include "peers.h"

/* A second that eight have waited side by side is one second. */
static void
test_note(void)
{
	struct lag lag = {0};
	uint64_t second = 1000000, began = clock_us() - second;
	int i;

	for (i = 0; i < 8; i++)
		lag_note(&lag, began);
	check(lag.answers == 8, "%u answers", lag.answers);
	check(lag.us >= second && lag.us <= clock_us() - began, "%llu us",
	    (unsigned long long)lag.us);
	lag_note(&lag, began - 9 * second);
	check(lag.us <= clock_us() - began,
	    "what is past is counted again: %llu us",
	    (unsigned long long)lag.us);
}

/* The second of three, when its answers took that long; is it lost? */
static bool
judged(uint64_t us, unsigned answers, size_t enough)
{
	struct peers peers;
	bool lost;

	peers_open(&peers, 3, HOLDER_WRITE);
	peers.holders.holder[1].lag.us = us;
	peers.holders.holder[1].lag.answers = answers;
	lag_judge(&peers.holders, enough);
	lost = !holder_usable(&peers.holders.holder[1]);
	check(holders_usable(&peers.holders) == 3 - (size_t)lost,
	    "another is lost");
	peers_close(&peers);
	return lost;
}

static void
test_judge(void)
{
	check(judged(15000000, 15, 2), "fifteen seconds, one for each");
	check(judged(15000000, 1, 2), "fifteen seconds for one");
	check(!judged(14999999, 1, 2), "less, in all");
	check(!judged(15000000, 16, 2), "less for each");
	check(!judged(600000000, 10000, 2), "ten minutes, for ten thousand");
	check(!judged(15000000, 15, 3), "the others are not enough");
	check(!judged(0, 0, 0), "not asked at all");
}

int
main(void)
{
	test_note();
	test_judge();
	return failures != 0;
}
