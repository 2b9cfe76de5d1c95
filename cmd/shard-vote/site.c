/* SPDX-License-Identifier: ISC */
#include "site.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/tool.h"
#include "find/hints.h"
#include "find/tried.h"
#include "peer/keys.h"
#include "verbs.h"
#include "xfer/forgotten.h"

#define SAMPLE 300 /* 1 % of damage is seen with 95 % */
#define SAMPLE_MOST 1000000
#define WAIT_MOST (7 * 86400ULL)

/* No peers but a store on a disk here, that has the papers of all. */
static int
one_store(struct roster *roster)
{
	roster->peer = memory_get(1, sizeof *roster->peer);
	if (roster->peer == NULL)
		return -1;
	roster->count = 1;
	return peer_dir(&roster->peer[0], "store", asked.store);
}

static int
load(struct site *site)
{
	if (keys_load(&site->scalar, &site->owner) != 0)
		return -1;
	if (asked.owner != NULL &&
	    base32_decode(BASE32_ID, asked.owner, site->owner.byte) != 0)
		return -1;
	return asked.store != NULL
	    ? one_store(&site->roster)
	    : hints_load_roster(asked.found, &site->roster);
}

int
site_open(struct site *site)
{
	if (load(site) != 0 ||
	    holders_open(&site->holders, &site->roster, HOLDER_READ,
		&site->scalar) != 0)
		return -1;
	tried_note(&site->holders, &site->roster);
	if (asked.owner == NULL)
		forgotten_use(&site->holders);
	return asked.owner == NULL
	    ? 0
	    : holders_serve(&site->holders, &site->owner);
}

void
site_close(struct site *site)
{
	secret_wipe(&site->scalar, sizeof site->scalar);
	holders_close(&site->holders);
	roster_release(&site->roster);
}

int
site_sample(size_t *sample)
{
	uint64_t number = SAMPLE;

	if (asked.full && asked.sample != NULL)
		return fail(FAIL_USAGE,
		    "--full and --sample exclude each other");
	if (asked.sample != NULL &&
	    number_parse("--sample", asked.sample, 1, SAMPLE_MOST, &number) !=
		0)
		return -1;
	*sample = asked.full ? 0 : (size_t)number;
	return 0;
}

int
site_terms(struct hold *hold)
{
	static char kept[FILE_PATH];
	size_t sample;

	if (site_sample(&sample) != 0 || tool_path("polls", kept) != 0)
		return -1;
	hold->kept = kept;
	if (sample > LIMIT_SAMPLES)
		return fail(FAIL_USAGE, "a poll asks for %d pieces at most",
		    LIMIT_SAMPLES);
	hold->samples = sample;
	hold->strict = asked.strict;
	if (asked.wait != NULL &&
	    number_parse_span("--wait", asked.wait, 0, WAIT_MOST,
		&hold->wait) != 0)
		return -1;
	return asked.committee == NULL
	    ? 0
	    : number_parse("--committee", asked.committee, 1, LIMIT_VOTERS,
		  &hold->committee);
}
