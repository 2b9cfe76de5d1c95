/* SPDX-License-Identifier: ISC */
#include "site.h"

#include "base/base32.h"
#include "base/fail.h"
#include "base/number.h"
#include "base/tool.h"
#include "find/hints.h"
#include "find/tried.h"
#include "peer/identity.h"
#include "verbs.h"

#define SAMPLE 300 /* 1 % of damage is seen with 95 % */
#define SAMPLE_MOST 1000000

static int
load(struct site *site)
{
	char path[TOOL_PATH];

	if (tool_path("identity", path) != 0 ||
	    identity_load_scalar(path, &site->scalar) != 0 ||
	    identity_id(&site->scalar, &site->owner) != 0)
		return -1;
	if (asked.owner != NULL &&
	    base32_decode(BASE32_ID, asked.owner, site->owner.byte) != 0)
		return -1;
	return hints_load_roster(asked.found, &site->roster);
}

int
site_open(struct site *site)
{
	if (load(site) != 0 ||
	    holders_open(&site->holders, &site->roster, HOLDER_READ,
		&site->scalar) != 0)
		return -1;
	tried_note(&site->holders, &site->roster);
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
