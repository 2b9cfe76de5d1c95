/* SPDX-License-Identifier: ISC */
#include "xfer/asked.h"

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

struct asked {
	const char *path, *prefix;
	struct holders *holders;
	struct counts_row *row; /* for each holder */
	uint64_t began;
	struct ticker *ticker;
};

static int
print_single(const struct asked *asked, const char *rest, const char *help,
    double value, struct buf *to)
{
	char name[NAME];

	snprintf(name, sizeof name, "%s%s", asked->prefix, rest);
	return metric_single(name, "gauge", help, value, to);
}

/* A disk has no room that was agreed on. */
static int
print_room(const struct asked *asked, struct buf *to)
{
	struct holder *holder;
	char name[NAME];
	uint64_t room;
	int result;
	size_t i;

	snprintf(name, sizeof name, "%s%s", asked->prefix, "room_bytes");
	result = metric_head(name, "gauge",
	    "What a peer still takes, as it says.", to);
	for (i = 0; result == 0 && i < asked->holders->count; i++) {
		holder = &asked->holders->holder[i];
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
print_peers(const struct asked *asked, struct buf *to)
{
	struct holder *holder;
	char name[NAME];
	int result;
	size_t i;

	snprintf(name, sizeof name, "%s%s", asked->prefix, "peer_usable");
	result = metric_head(name, "gauge",
	    "Whether a peer could be spoken with to the end.", to);
	for (i = 0; result == 0 && i < asked->holders->count; i++) {
		holder = &asked->holders->holder[i];
		result = metric_sample(name,
		    &(struct metric_label){"peer", holder->peer->name}, 1,
		    holder_usable(holder), to);
	}
	return result;
}

/* The run itself; what it came to is only known at its end. */
static int
print_run(const struct asked *asked, int status, struct buf *to)
{
	if (print_single(asked, "start_timestamp_seconds",
		"When the last run began.", (double)asked->began, to) != 0)
		return -1;
	if (status == RUNNING)
		return 0;
	if (print_single(asked, "end_timestamp_seconds",
		"When the last run ended.", (double)time(NULL), to) != 0)
		return -1;
	return print_single(asked, "status", "The exit status of the last run.",
	    status, to);
}

static int
write_file(const struct asked *asked, int status)
{
	struct buf text = {0};
	int result = -1;

	if (print_run(asked, status, &text) == 0 &&
	    print_peers(asked, &text) == 0 && print_room(asked, &text) == 0 &&
	    counts_print(asked->row, asked->holders->count, asked->prefix,
		false, &text) == 0)
		result = output_put(asked->path, span_of_buf(&text));
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
release(struct asked *asked)
{
	free(asked->row);
	free(asked);
}

int
asked_start(struct asked **to, const char *path, const char *prefix,
    struct holders *holders)
{
	struct asked *asked;
	size_t i;

	*to = NULL;
	if (path == NULL)
		return 0;
	asked = memory_get(1, sizeof *asked);
	if (asked == NULL)
		return -1;
	*asked = (struct asked){path, prefix, holders,
	    memory_get(holders->count, sizeof *asked->row),
	    (uint64_t)time(NULL), NULL};
	for (i = 0; asked->row != NULL && i < holders->count; i++)
		asked->row[i] =
		    (struct counts_row){holders->holder[i].peer->name,
			&holders->holder[i].counts};
	if (asked->row != NULL && write_file(asked, RUNNING) == 0)
		asked->ticker = ticker_start(TICK_MS, write_on, asked);
	if (asked->ticker == NULL) {
		release(asked);
		return -1;
	}
	*to = asked;
	return 0;
}

int
asked_stop(struct asked *asked, int result)
{
	struct failure reason = *fail_last();

	if (asked == NULL)
		return result;
	ticker_stop(asked->ticker);
	if (write_file(asked, result == 0 ? 0 : (int)reason.kind) != 0)
		log_line(LOG_WARN, "%s", fail_last()->text);
	release(asked);
	return result == 0 ? 0 : fail_again(&reason);
}
