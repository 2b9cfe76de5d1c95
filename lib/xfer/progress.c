/* SPDX-License-Identifier: ISC */
#include "xfer/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/screen.h"
#include "base/ticker.h"
#include "peer/peer.h"

#define TICK_MS 250
#define SMOOTH 8 /* ticks that the rate is smoothed over */
#define LINE 640

struct progress {
	struct holders *holders;
	const atomic_ullong *placed;
	uint64_t in_size; /* of the stream, 0: not known */
	double began, last;
	unsigned ticks;
	uint64_t size; /* sent at the last tick */
	double rate;
	struct screen screen;
	unsigned drawn; /* lines */
	struct buf frame;
	struct ticker *ticker;
};

/* One line of the frame, no wider than the terminal, nothing that moves it. */
static void
add_line(struct progress *progress, char *text)
{
	struct span line;

	log_make_printable(text);
	line = span_of_text(text);
	line.size = screen_fit(line, progress->screen.columns);
	buf_append(&progress->frame, span_of_text("\r\033[K"));
	buf_append(&progress->frame, line);
	buf_append(&progress->frame, span_of_text("\n"));
	progress->drawn++;
}

static void
add_peer(struct progress *progress, struct holder *holder)
{
	char text[LINE], size[NUMBER_SIZE_TEXT];

	pthread_mutex_lock(&holder->lock);
	number_size_text(holder->put_size, size);
	if (holder->lost || holder->full)
		snprintf(text, sizeof text, "  %-16s %10s  %s: %s",
		    holder->peer->name, size, holder->lost ? "lost" : "full",
		    holder->reason.text);
	else if (holder->kept_count > 0)
		snprintf(text, sizeof text, "  %-16s %10s  %llu kept",
		    holder->peer->name, size,
		    (unsigned long long)holder->kept_count);
	else
		snprintf(text, sizeof text, "  %-16s %10s", holder->peer->name,
		    size);
	pthread_mutex_unlock(&holder->lock);
	add_line(progress, text);
}

/* "3:07 left", from how much of the stream has found its place till now. */
static void
left_text(const struct progress *progress, double time, size_t size, char *text)
{
	uint64_t placed = *progress->placed;
	double left;
	unsigned seconds;

	text[0] = '\0';
	if (placed == 0 || placed > progress->in_size)
		return;
	left = (time - progress->began) * (double)(progress->in_size - placed) /
	    (double)placed;
	seconds = left < 1e6 ? (unsigned)left : 1000000;
	if (seconds < 3600)
		snprintf(text, size, ", %u:%02u left", seconds / 60,
		    seconds % 60);
	else
		snprintf(text, size, ", %u:%02u:%02u left", seconds / 3600,
		    seconds / 60 % 60, seconds % 60);
}

static void
add_total(struct progress *progress, double time)
{
	char text[LINE], size[NUMBER_SIZE_TEXT], rate[NUMBER_SIZE_TEXT],
	    left[64];
	uint64_t sent = 0;
	double present;
	size_t i;

	for (i = 0; i < progress->holders->count; i++) {
		struct holder *holder = &progress->holders->holder[i];

		pthread_mutex_lock(&holder->lock);
		sent += holder->put_size;
		pthread_mutex_unlock(&holder->lock);
	}
	present = (double)(sent - progress->size) / (time - progress->last);
	progress->ticks += progress->ticks < SMOOTH;
	progress->rate += (present - progress->rate) / progress->ticks;
	progress->size = sent;
	progress->last = time;
	number_size_text(sent, size);
	number_size_text((uint64_t)progress->rate, rate);
	left_text(progress, time, sizeof left, left);
	snprintf(text, sizeof text, "%s sent, %s/s%s", size, rate, left);
	add_line(progress, text);
}

/* To the first of the lines that were drawn before. */
static void
go_up(struct progress *progress)
{
	char text[32];

	if (progress->drawn > 0) {
		snprintf(text, sizeof text, "\033[%uA", progress->drawn);
		buf_append(&progress->frame, span_of_text(text));
	}
	progress->drawn = 0;
}

static void
show(struct progress *progress)
{
	buf_append(&progress->frame, span_of_text("\033[J"));
	if (write(STDERR_FILENO, progress->frame.data, progress->frame.size) <
	    0)
		return; /* nobody is left to be shown anything */
	progress->frame.size = 0;
}

static void
draw(void *context)
{
	struct progress *progress = context;
	const struct holders *holders = progress->holders;
	size_t i, shown = holders->count, rows;
	char more[48];

	progress->screen = screen_of(STDERR_FILENO);
	rows = progress->screen.rows;
	if (shown + 2 > rows)
		shown = rows > 3 ? rows - 3 : 0;
	go_up(progress);
	add_total(progress, clock_now());
	for (i = 0; i < shown; i++)
		add_peer(progress, &holders->holder[i]);
	snprintf(more, sizeof more, "  and %zu more", holders->count - shown);
	if (shown < holders->count)
		add_line(progress, more);
	show(progress);
}

static bool
is_wanted(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && log_tells(LOG_NOTE) &&
	    !log_tells(LOG_DETAIL) && terminal != NULL &&
	    strcmp(terminal, "dumb") != 0;
}

struct progress *
progress_start(struct holders *holders, int in, const atomic_ullong *placed)
{
	struct progress *progress;
	struct stat file;

	if (!is_wanted() ||
	    (progress = memory_get(1, sizeof *progress)) == NULL)
		return NULL;
	progress->holders = holders;
	progress->placed = placed;
	if (fstat(in, &file) == 0 && S_ISREG(file.st_mode))
		progress->in_size = (uint64_t)file.st_size;
	progress->began = progress->last = clock_now();
	progress->ticker = ticker_start(TICK_MS, draw, progress);
	if (progress->ticker != NULL)
		return progress;
	free(progress);
	return NULL;
}

void
progress_stop(struct progress *progress)
{
	if (progress == NULL)
		return;
	ticker_stop(progress->ticker);
	go_up(progress);
	show(progress);
	buf_release(&progress->frame);
	free(progress);
}
