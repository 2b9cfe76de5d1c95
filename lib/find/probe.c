/* SPDX-License-Identifier: ISC */
#include "find/probe.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/each.h"
#include "base/fail.h"
#include "base/log.h"
#include "crypto/channel.h"
#include "format/found_text.h"
#include "net/address.h"
#include "net/tls.h"
#include "peer/roster.h"

#define CONNECT_MS 3000
#define HANDSHAKE_MS 5000
#define GOODBYE_MS 200

/* An endpoint to be dialled, and what came of it. */
struct dial {
	struct found found;
	int after_ms; /* not before */
	bool proved;
	struct digest id; /* that was proved */
	uint32_t rtt_us;
	struct failure reason;
};

struct probe {
	const struct roster *roster;
	const struct secret *scalar;
	uint64_t start; /* by clock_us */
	struct dial *dial;
	size_t count;
};

static bool
is_wanted(const struct table *table, const struct found *found)
{
	bool young = found->refused + PROBE_AGAIN > table->now &&
	    found->refused > found->ok;

	if (found->sources & FOUND_STATIC)
		return true;
	return !young && (!found->has_id || found->trust >= FOUND_WANTED);
}

/* When it is this endpoint's turn in its network; -1: never. */
static int
turn_of(const struct table *table, const struct probe *probe,
    const struct found *found)
{
	const struct dial *other = probe->dial;
	size_t i;
	int before = 0;

	if (found->sources & FOUND_STATIC ||
	    filter_distance(table->filter, found) == 0)
		return 0;
	for (i = 0; i < probe->count; i++, other++)
		before += (other->found.sources & FOUND_STATIC) == 0 &&
		    filter_same_net(&other->found, found);
	return before < TABLE_OF_NET ? before * PROBE_APART_MS : -1;
}

static int
compare_turns(const void *a, const void *b)
{
	const struct dial *x = a, *y = b;

	return x->after_ms - y->after_ms;
}

static int
choose(const struct table *table, struct probe *probe)
{
	const struct found *found;
	size_t i;
	int turn;

	probe->dial = calloc(table->count + 1, sizeof *probe->dial);
	if (probe->dial == NULL)
		return fail_errno("cannot get memory");
	for (i = 0; i < table->count; i++) {
		found = &table->record[i]->found;
		if (!is_wanted(table, found))
			continue;
		turn = turn_of(table, probe, found);
		if (turn >= 0)
			probe->dial[probe->count++] =
			    (struct dial){.found = *found, .after_ms = turn};
	}
	qsort(probe->dial, probe->count, sizeof *probe->dial, compare_turns);
	return 0;
}

/* Who may be there: the one that was claimed, or else any of the roster. */
struct claim {
	const struct dial *dial;
	const struct roster *roster;
};

static bool
trust(void *context, const struct digest *id)
{
	const struct claim *claim = context;

	if (claim->dial->found.has_id)
		return digest_equal(&claim->dial->found.id, id);
	return roster_find(claim->roster, id) != NULL;
}

static int
shake_hands(const struct probe *probe, struct dial *dial, int fd)
{
	struct claim claim = {dial, probe->roster};
	struct tls_options options = {.in = fd,
	    .out = fd,
	    .scalar = probe->scalar,
	    .role = &channel_client,
	    .handshake_ms = HANDSHAKE_MS,
	    .trust = trust,
	    .context = &claim};
	struct tls *tls = tls_open(&options);

	if (tls == NULL)
		return -1;
	dial->id = *tls_peer(tls);
	tls_finish(tls, GOODBYE_MS);
	tls_close(tls);
	return 0;
}

static int
dial_one(const struct probe *probe, struct dial *dial)
{
	char text[FOUND_TEXT_ADDRESS];
	struct address address;
	uint64_t start;
	int fd, result;

	found_text_address(&dial->found, text);
	if (address_parse(text, &address) != 0)
		return -1;
	start = clock_us();
	fd = address_connect(&address, CONNECT_MS);
	if (fd < 0)
		return -1;
	dial->rtt_us = (uint32_t)(clock_us() - start) | 1;
	result = shake_hands(probe, dial, fd);
	close(fd);
	return result;
}

static void
dial_number(void *context, size_t number)
{
	const struct probe *probe = context;
	struct dial *dial = &probe->dial[number];
	int64_t wait = dial->after_ms -
	    (int64_t)((clock_us() - probe->start) / 1000);

	if (wait > 0)
		poll(NULL, 0, (int)wait);
	dial->proved = dial_one(probe, dial) == 0;
	if (!dial->proved)
		dial->reason = *fail_last();
}

static int
note(struct table *table, const struct dial *dial)
{
	char text[FOUND_TEXT_ADDRESS];

	if (dial->proved)
		return table_prove(table, &dial->found, &dial->id,
		    dial->rtt_us);
	found_text_address(&dial->found, text);
	log_line(LOG_DETAIL, "%s: %s", text, dial->reason.text);
	table_refuse(table, &dial->found);
	return 0;
}

int
probe_run(struct table *table, const struct secret *scalar)
{
	struct probe probe = {.roster = table->roster, .scalar = scalar};
	size_t i;
	int result = choose(table, &probe);

	probe.start = clock_us();
	if (result == 0)
		result =
		    each_run(probe.count, PROBE_AT_ONCE, dial_number, &probe);
	for (i = 0; result == 0 && i < probe.count; i++)
		result = note(table, &probe.dial[i]);
	free(probe.dial);
	return result;
}
