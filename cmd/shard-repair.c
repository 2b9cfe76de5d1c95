/* SPDX-License-Identifier: ISC */

/*
 * Rebuild the shards that a snapshot has lost, or that a certificate says are
 * bad, and place them again.
 */

#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/tool.h"
#include "find/hints.h"
#include "find/tried.h"
#include "peer/keys.h"
#include "peer/roster.h"
#include "shard-repair/work.h"
#include "xfer/forgotten.h"
#include "xfer/papers_spread.h"
#include "xfer/repaired.h"

static const char *output_text, *owner_text, *found_text, *store_text;
static bool want_check, want_all, want_shards;

static const struct tool_option options[] = {
    {'a', "all", NULL, "every snapshot there is", NULL, &want_all, NULL},
    {'c', "check", NULL, "read every shard, and rebuild what is damaged", NULL,
	&want_check, NULL},
    {'d', "store", "DIR", "our own store, with -O (./store of the keys)",
	&store_text, NULL, NULL},
    {'O', "owner", "ID", "repair for another owner", &owner_text, NULL, NULL},
    {'o', "output", "STYLE", "report as text, json or cbor", &output_text, NULL,
	NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {'s', "shards", NULL, "a row for each shard that was not whole, too", NULL,
	&want_shards, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-repair",
    .synopsis = "[-c] [-s] [-O ID [-d DIR]] [-o STYLE] [-p FILE] [snapshot]\n"
		"[-c] [-s] [-O ID [-d DIR]] [-o STYLE] [-p FILE] -a\n"
		"[-s] [-O ID [-d DIR]] [-o STYLE] [-p FILE] certificate",
    .purpose = "Rebuild the shards that a snapshot has lost, or that a "
	       "certificate calls bad, and place them again; needs no secret.",
    .options = options,
    .operands_max = 1,
};

/* Anything but what snapshots are called by is a file. */
static bool
is_certificate(const char *name)
{
	return strcmp(name, "latest") != 0 && strncmp(name, "id:", 3) != 0 &&
	    name[strspn(name, "0123456789")] != '\0';
}

static int
run(struct work *work, const char *name)
{
	int result;

	if (owner_text == NULL)
		forgotten_use(work->holders);
	else if (own_take(work->holders, &work->own) != 0 ||
	    holders_serve(work->holders, &work->own.owner) != 0)
		return -1;
	result = !want_all && is_certificate(name)
	    ? work_certificate(work, name)
	    : work_snapshots(work, want_all ? NULL : name);
	if (papers_spread(work->holders, &work->own.owner) != 0)
		result = -1;
	holders_explain(work->holders);
	repaired_explain(work->holders);
	if (file_write(STDOUT_FILENO, span_of_buf(&work->rows)) != 0)
		result = -1;
	buf_release(&work->rows);
	return result;
}

/* What lies here is the owner's, too: where --store says, or as usual. */
static int
add_own(const struct work *work, struct roster *roster)
{
	char path[FILE_PATH];

	if (store_text != NULL)
		return own_add(roster, store_text, &work->own.self,
		    &work->own.owner);
	if (tool_path("store", path) != 0)
		return -1;
	if (access(path, F_OK) != 0 ||
	    roster_find(roster, &work->own.self) != NULL)
		return 0;
	return own_add(roster, path, &work->own.self, &work->own.owner);
}

/* Whose snapshots: our own, which nobody drops meanwhile, or --owner's. */
static int
load(struct secret *scalar, struct work *work, struct roster *roster)
{
	work->own.scalar = scalar;
	if (keys_load(scalar, &work->own.self) != 0)
		return -1;
	work->own.owner = work->own.self;
	if ((owner_text != NULL &&
		base32_decode(BASE32_ID, owner_text, work->own.owner.byte) !=
		    0) ||
	    hints_load_roster(found_text, roster) != 0)
		return -1;
	if (!digest_equal(&work->own.self, &work->own.owner))
		return add_own(work, roster);
	return store_text == NULL
	    ? keys_lock()
	    : fail(FAIL_USAGE, "--store is for --owner of another one");
}

int
main(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct secret scalar;
	struct work work = {.holders = &holders};
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	work.check = want_check;
	work.shards = want_shards;
	if (report_style_parse(output_text, isatty(STDOUT_FILENO),
		&work.style) != 0)
		return tool_end(-1);
	if (want_all && argc > 0)
		return tool_end(tool_unexpected(argv[0]));
	result = load(&scalar, &work, &roster);
	if (result == 0)
		result = holders_open(&holders, &roster, HOLDER_WRITE, &scalar);
	tried_note(&holders, &roster);
	if (result == 0)
		result = run(&work, argc > 0 ? argv[0] : "latest");
	secret_wipe(&scalar, sizeof scalar);
	holders_close(&holders);
	roster_release(&roster);
	return tool_end(result);
}
