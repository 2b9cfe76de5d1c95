/* SPDX-License-Identifier: ISC */
#include "find/probe.h"

#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/each.h"
#include "base/fail.h"
#include "base/log.h"
#include "crypto/channel.h"
#include "find/dials.h"
#include "format/found_text.h"
#include "net/address.h"
#include "net/tls.h"
#include "peer/roster.h"

#define CONNECT_MS 3000
#define HANDSHAKE_MS 5000
#define GOODBYE_MS 200
#define BEGIN_MS 30000 /* no dial begins later: all turns are over by then */

struct probe {
	const struct roster *roster;
	const struct secret *scalar;
	uint64_t start; /* by clock_us */
	struct dials dials;
};

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
	struct dial *dial = &probe->dials.dial[number];
	int64_t past = (int64_t)((clock_us() - probe->start) / 1000);

	if (past > BEGIN_MS)
		return;
	if (dial->after_ms > past)
		poll(NULL, 0, (int)(dial->after_ms - past));
	dial->made = true;
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
	log_line(LOG_DETAIL, "%s: %s", text,
	    dial->made ? dial->reason.text : "there was no time to dial it");
	if (!dial->made)
		return 0;
	table_refuse(table, &dial->found);
	return 0;
}

int
probe_run(struct table *table, const struct secret *scalar)
{
	struct probe probe = {.roster = table->roster, .scalar = scalar};
	size_t i;
	int result = dials_plan(table, &probe.dials);

	probe.start = clock_us();
	if (result == 0)
		result = each_run(probe.dials.count, PROBE_AT_ONCE, dial_number,
		    &probe);
	for (i = 0; result == 0 && i < probe.dials.count; i++)
		result = note(table, &probe.dials.dial[i]);
	dials_release(&probe.dials);
	return result;
}
