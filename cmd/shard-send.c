/* SPDX-License-Identifier: ISC */

/* Place a shard stream on distinct peers, durably, as a snapshot. */

#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/secret.h"
#include "find/hints.h"
#include "find/tried.h"
#include "format/report.h"
#include "peer/keys.h"
#include "peer/roster.h"
#include "xfer/catalog.h"
#include "xfer/newest.h"
#include "xfer/papers.h"
#include "xfer/progress.h"
#include "xfer/receipted.h"
#include "xfer/run_metrics.h"
#include "xfer/send.h"

static const char *happy_text, *output_text, *found_text, *rate_text,
    *metrics_text;
static bool want_check, want_strict;
static enum report_style style;

static const struct tool_option options[] = {
    {'H', "happy", "N", "peers that must hold each stripe (all N of split)",
	&happy_text, NULL, NULL},
    {'c', "check", NULL, "read what is there already, mend what is damaged",
	NULL, &want_check, NULL},
    {'S', "strict", NULL, "a verdict on what is there takes all peers", NULL,
	&want_strict, NULL},
    {'M', "metrics", "FILE", "write metrics there", &metrics_text, NULL, NULL},
    {'o', "output", "STYLE", "receipts as text, json or cbor", &output_text,
	NULL, NULL},
    {'p', "peers", "FILE", "addresses that peer-find has found", &found_text,
	NULL, NULL},
    {'r', "rate", "RATE", "bytes a second at most, 10M for instance",
	&rate_text, NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-send",
    .synopsis =
	"[-c] [-S] [-H N] [-M FILE] [-o STYLE] [-p FILE] [-r RATE] [file]",
    .purpose = "Place a shard stream on distinct peers, durably, and publish "
	       "it as a snapshot.",
    .options = options,
    .operands_max = 1,
};

/* The number after the last that any holder shows, or we have seen or begun. */
static int
choose_number(struct send *send)
{
	const struct catalog_entry *last;
	struct catalog catalog;
	struct newest newest, begun;
	char path[FILE_PATH];

	newest_load(send->begun, &begun);
	/* Written as it is: what fails, fails now and not after hours. */
	if (tool_path("newest", path) != 0 ||
	    newest_save_begun(send->begun, &begun) != 0 ||
	    catalog_load(&catalog, send->holders, &send->owner) != 0)
		return -1;
	catalog_explain_unread(&catalog);
	newest_load(path, &newest);
	last = catalog_last(&catalog);
	if (last != NULL && last->number >= newest.number)
		newest = (struct newest){last->number, last->id};
	else if (newest.number > 0 && holders_usable(send->holders) > 0)
		log_line(LOG_WARN,
		    "no usable peer shows snapshot %llu any more, which was "
		    "there before",
		    (unsigned long long)newest.number);
	if (begun.number > newest.number)
		newest = begun;
	send->snapshot.previous = newest.id;
	send->snapshot.time = (uint64_t)time(NULL);
	catalog_release(&catalog);
	return newest_next(&newest, &send->snapshot.number);
}

static const char *
state_of(struct holder *holder)
{
	if (!holder_usable(holder))
		return "lost";
	return holder_takes(holder) ? "ok" : "full";
}

static int
print_receipts(struct holders *holders, uint64_t snapshot)
{
	struct buf rows = {0};
	struct holder *holder;
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < holders->count; i++) {
		holder = &holders->holder[i];
		struct report_field field[] = {
		    {"peer", holder->peer->name, 0, false, -16},
		    {"snapshot", NULL, snapshot, true, 8},
		    {"sent", NULL, holder->put_count, true, 8},
		    {"bytes", NULL, holder->put_size, true, 14},
		    {"kept", NULL, holder->kept_count, true, 8},
		    {"state", state_of(holder), 0, false, -4},
		};

		result = report_add(style, REPORT_FIELDS(field), i == 0, &rows);
		if (result == 0 && style == REPORT_CBOR)
			result =
			    buf_append(&rows, span_of_buf(&holder->published));
	}
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&rows));
	buf_release(&rows);
	return result;
}

static int
remember(const struct send *send, const struct digest *id)
{
	struct newest newest = {send->snapshot.number, *id};
	char path[FILE_PATH];

	if (tool_path("newest", path) != 0)
		return -1;
	return newest_save(path, &newest);
}

/* What was signed for last, for p2p-health; the failure in the slot stays. */
static void
keep_receipts(struct holders *holders)
{
	struct failure reason = *fail_last();
	char path[FILE_PATH];

	if (tool_path("receipts", path) != 0 ||
	    receipted_save(path, holders) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	fail_again(&reason);
}

/* Who holds what is sent from now on, as the owner says. */
static int
publish_members(const struct send *send)
{
	char path[FILE_PATH];
	struct papers papers = {
	    .holders = send->holders,
	    .scalar = send->scalar,
	    .owner = send->owner,
	    .path = path,
	    .strict = want_strict,
	};

	if (tool_path("members", path) != 0)
		return -1;
	return papers_publish_members(&papers);
}

static int
send_all(struct send *send, int in)
{
	char text[NUMBER_SIZE_TEXT], begun[FILE_PATH];
	struct progress *progress;
	struct digest id;
	uint64_t size;
	int result;

	send->begun = begun;
	result = tool_path("begun", begun);
	if (result == 0)
		result = choose_number(send);
	if (result == 0)
		result = publish_members(send);
	if (result == 0) {
		progress = progress_start(send->holders, in, &send->placed);
		result = send_copy(send, in, &id, &size);
		progress_stop(progress);
	}
	if (result == 0 && send->lasting < send->total)
		log_line(LOG_WARN, "the worst stripe has %u of %u shards%s",
		    send->lasting, send->total,
		    send->lasting > send->need ? ""
					       : ": no peer more may be lost");
	keep_receipts(send->holders);
	holders_explain(send->holders);
	if (result != 0)
		return -1;
	number_size_text(size, text);
	log_line(LOG_NOTE, "snapshot %llu: %s",
	    (unsigned long long)send->snapshot.number, text);
	if (remember(send, &id) != 0)
		log_line(LOG_WARN, "%s", fail_last()->text);
	return print_receipts(send->holders, send->snapshot.number);
}

/* Everything that can be wrong before the first byte is read. */
static int
prepare(struct send *send, struct secret *scalar, struct roster *roster,
    struct holders *holders)
{
	static struct rate rate;
	uint64_t happy = 0;

	if (report_style_parse(output_text, isatty(STDOUT_FILENO), &style) != 0)
		return -1;
	if (happy_text != NULL &&
	    number_parse("--happy", happy_text, 1, LIMIT_TOTAL, &happy) != 0)
		return -1;
	if (rate_text != NULL && rate_parse(&rate, rate_text) != 0)
		return -1;
	*send = (struct send){.holders = holders,
	    .scalar = scalar,
	    .happy = (unsigned)happy,
	    .check = want_check};
	if (keys_load(scalar, &send->owner) != 0 || keys_lock() != 0 ||
	    hints_load_roster(found_text, roster) != 0)
		return -1;
	if (holders_open(holders, roster, HOLDER_WRITE, scalar) != 0)
		return -1;
	tried_note(holders, roster);
	holders->keep_receipts = style == REPORT_CBOR;
	if (rate_text != NULL)
		holders_limit(holders, &rate);
	return 0;
}

int
main(int argc, char **argv)
{
	struct holders holders = {0};
	struct roster roster = {0};
	struct run_metrics *metrics = NULL;
	struct secret scalar;
	struct send send;
	int status, in, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	in = tool_input(argc, argv);
	result = in < 0 ? -1 : prepare(&send, &scalar, &roster, &holders);
	if (result == 0)
		result = run_metrics_start(&metrics, metrics_text, "p2p_send_",
		    &holders);
	if (result == 0)
		result = send_all(&send, in);
	result = run_metrics_stop(metrics, result);
	secret_wipe(&scalar, sizeof scalar);
	holders_close(&holders);
	roster_release(&roster);
	return tool_end(result);
}
