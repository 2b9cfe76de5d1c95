/* SPDX-License-Identifier: ISC */
#include "xfer/run_metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/ticker.h"
#include "format/metric.h"
#include "peer/peer.h"

#define TICK_MS 15000
#define RUNNING (-1) /* no status yet */
#define NAME 64

struct run_metrics {
	const char *path, *prefix;
	struct holders *holders;
	struct counts_row *row; /* for each holder */
	uint64_t began;
	struct ticker *ticker;
};

static int
print_single(const struct run_metrics *metrics, const char *rest,
    const char *help, double value, struct buf *to)
{
	char name[NAME];

	snprintf(name, sizeof name, "%s%s", metrics->prefix, rest);
	return metric_single(name, "gauge", help, value, to);
}

/* A disk has no room that was agreed on. */
static int
print_room(const struct run_metrics *metrics, struct buf *to)
{
	struct holder *holder;
	char name[NAME];
	uint64_t room;
	int result;
	size_t i;

	snprintf(name, sizeof name, "%s%s", metrics->prefix, "room_bytes");
	result = metric_head(name, "gauge",
	    "What a peer still takes, as it says.", to);
	for (i = 0; result == 0 && i < metrics->holders->count; i++) {
		holder = &metrics->holders->holder[i];
		pthread_mutex_lock(&holder->lock);
		room = holder->room;
		pthread_mutex_unlock(&holder->lock);
		if (holder->calls != NULL && holder->peer->has_id)
			result = metric_sample(name,
			    &(struct metric_label){"peer", holder->peer->name},
			    1, (double)room, to);
	}
	return result;
}

static int
print_peers(const struct run_metrics *metrics, struct buf *to)
{
	struct holder *holder;
	char name[NAME];
	int result;
	size_t i;

	snprintf(name, sizeof name, "%s%s", metrics->prefix, "peer_usable");
	result = metric_head(name, "gauge",
	    "Whether a peer could be spoken with to the end.", to);
	for (i = 0; result == 0 && i < metrics->holders->count; i++) {
		holder = &metrics->holders->holder[i];
		result = metric_sample(name,
		    &(struct metric_label){"peer", holder->peer->name}, 1,
		    holder_usable(holder), to);
	}
	return result;
}

/* The run itself; what it came to is only known at its end. */
static int
print_run(const struct run_metrics *metrics, int status, struct buf *to)
{
	if (print_single(metrics, "start_timestamp_seconds",
		"When the last run began.", (double)metrics->began, to) != 0)
		return -1;
	if (status == RUNNING)
		return 0;
	if (print_single(metrics, "end_timestamp_seconds",
		"When the last run ended.", (double)time(NULL), to) != 0)
		return -1;
	return print_single(metrics, "status",
	    "The exit status of the last run.", status, to);
}

static int
write_file(const struct run_metrics *metrics, int status)
{
	struct buf text = {0};
	int result = -1;

	if (print_run(metrics, status, &text) == 0 &&
	    print_peers(metrics, &text) == 0 &&
	    print_room(metrics, &text) == 0 &&
	    counts_print(metrics->row, metrics->holders->count, metrics->prefix,
		false, &text) == 0)
		result = output_put(metrics->path, span_of_buf(&text));
	buf_release(&text);
	return result;
}

static void
write_on(void *context)
{
	if (write_file(context, RUNNING) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
}

static void
release(struct run_metrics *metrics)
{
	free(metrics->row);
	free(metrics);
}

int
run_metrics_start(struct run_metrics **to, const char *path, const char *prefix,
    struct holders *holders)
{
	struct run_metrics *metrics;
	size_t i;

	*to = NULL;
	if (path == NULL)
		return 0;
	metrics = memory_get(1, sizeof *metrics);
	if (metrics == NULL)
		return -1;
	*metrics = (struct run_metrics){path, prefix, holders,
	    memory_get(holders->count, sizeof *metrics->row),
	    (uint64_t)time(NULL), NULL};
	for (i = 0; metrics->row != NULL && i < holders->count; i++)
		metrics->row[i] =
		    (struct counts_row){holders->holder[i].peer->name,
			&holders->holder[i].counts};
	if (metrics->row != NULL && write_file(metrics, RUNNING) == 0)
		metrics->ticker = ticker_start(TICK_MS, write_on, metrics);
	if (metrics->ticker == NULL) {
		release(metrics);
		return -1;
	}
	*to = metrics;
	return 0;
}

int
run_metrics_stop(struct run_metrics *metrics, int result)
{
	struct failure reason = *fail_last();

	if (metrics == NULL)
		return result;
	ticker_stop(metrics->ticker);
	if (write_file(metrics, result == 0 ? 0 : (int)reason.kind) != 0)
		log_line(LOG_WARN, "%s", fail_last()->text);
	release(metrics);
	return result == 0 ? 0 : fail_again(&reason);
}
