/* SPDX-License-Identifier: ISC */
#include "find/ask.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "find/worker.h"
#include "net/deadline.h"

#define READ_SIZE (64 << 10)
#define SOURCES_MAX 64

/* A source at work, or between two rounds. */
struct feed {
	const struct ask *ask;
	const struct source *source;
	const sigset_t *signals; /* before they were held */
	struct worker worker;	 /* none: not at work */
	struct buf bytes;
	size_t records; /* of this round */
	uint64_t began;
	int64_t due; /* to be ended, or to begin again */
	bool full;   /* there were too many records */
	int verdict; /* of `each`: 0, 1 when it has enough, -1 */
};

int
source_tell(int out, const struct found *found)
{
	struct buf bytes = {0};
	int result = found_encode(found, &bytes);

	if (result == 0)
		result = file_write(out, span_of_buf(&bytes));
	buf_release(&bytes);
	return result;
}

static int
feed_start(struct feed *feed)
{
	if (worker_start(&feed->worker, feed->source, feed->signals) != 0)
		return -1;
	feed->bytes.size = feed->records = 0;
	feed->full = false;
	feed->began = (uint64_t)time(NULL);
	feed->due = deadline_in(
	    feed->source->endless ? -1 : feed->ask->wait_ms);
	return 0;
}

/* Our own tell themselves why they fail, but not that they crash. */
static void
feed_tell(const struct feed *feed, int status)
{
	const char *name = feed->source->name;

	if (feed->source->command != NULL)
		log_line(LOG_WARN, "%s: the command failed (status %d)", name,
		    WIFEXITED(status) ? WEXITSTATUS(status)
				      : 128 + WTERMSIG(status));
	else if (WIFSIGNALED(status))
		log_line(LOG_WARN, "%s: it was ended by signal %d (%s)", name,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
}

/* A round is over: it ended by itself, or is `killed` here. */
static int
feed_end(struct feed *feed, bool killed)
{
	const struct ask *ask = feed->ask;
	int status = worker_end(&feed->worker, killed);

	feed->due = deadline_in(feed->source->again_ms);
	if (status > 0)
		feed_tell(feed, status);
	if (status != 0 || feed->full || ask->round == NULL)
		return 0;
	return ask->round(ask->context, feed->source, feed->began);
}

static int
take(void *context, struct found *found)
{
	struct feed *feed = context;
	const struct source *source = feed->source;

	if (feed->records++ >= LIMIT_FOUND_RECORDS && !source->endless) {
		feed->full = true;
		return fail(FAIL_DATA,
		    "more than %d records: the rest is not looked at",
		    LIMIT_FOUND_RECORDS);
	}
	if (found->sources & FOUND_GONE)
		return 0;
	found->sources = source->kind;
	found->seen = (uint64_t)time(NULL);
	if (source->kind != FOUND_EXCHANGE) {
		found->trust = FOUND_HINT;
		found->rtt_us = 0;
		found->ok = found->refused = 0;
	}
	found->failures = 0;
	if (source->via != NULL)
		found_set(found->via, sizeof found->via, source->via);
	feed->verdict = feed->ask->each(feed->ask->context, source, found);
	return feed->verdict;
}

/*
 * Read what is there. -1 when the source is to be given up, which is told,
 * unless it was `each` that failed.
 */
static int
feed_read(struct feed *feed, bool *ended)
{
	ssize_t got;
	int result;

	if (buf_reserve(&feed->bytes, READ_SIZE) != 0)
		return -1;
	got = read(feed->worker.out, feed->bytes.data + feed->bytes.size,
	    READ_SIZE);
	if (got < 0 && errno == EINTR)
		return 0;
	*ended = got <= 0;
	feed->bytes.size += got > 0 ? (size_t)got : 0;
	result = found_read(&feed->bytes, *ended, take, feed);
	if (feed->verdict != 0)
		return feed->verdict;
	if (result < 0)
		log_line(LOG_WARN, "%s: %s", feed->source->name,
		    fail_last()->text);
	return result;
}

/* Whether it is at work, or will be again. */
static bool
feed_lives(const struct feed *feed)
{
	return feed->worker.pid > 0 || feed->source->again_ms > 0;
}

/* What poll(2) shall wait for, and how long: -1 for ever. */
static int
plan(const struct feed *feed, size_t count, struct pollfd *wait)
{
	int left, least = -1;
	size_t i;

	for (i = 0; i < count; i++) {
		wait[i] =
		    (struct pollfd){.fd = feed[i].worker.out, .events = POLLIN};
		left = feed_lives(&feed[i]) ? deadline_left(feed[i].due) : -1;
		if (left >= 0 && (least < 0 || left < least))
			least = left;
	}
	return least;
}

/* What one feed is due for: 0 to go on, 1 or -1 to stop. */
static int
advance(struct feed *feed, bool readable)
{
	bool ended = false;
	int result = 0;

	if (feed->worker.pid > 0 && readable) {
		result = feed_read(feed, &ended);
		if (feed->verdict != 0)
			return feed->verdict;
		if (result < 0 || ended)
			return feed_end(feed, result < 0);
	}
	if (!feed_lives(feed) || deadline_left(feed->due) != 0)
		return 0;
	if (feed->worker.pid > 0) {
		log_line(LOG_DETAIL, "%s: not at its end in time",
		    feed->source->name);
		return feed_end(feed, true);
	}
	return feed_start(feed);
}

static bool
any_lives(const struct feed *feed, size_t count)
{
	for (; count > 0; count--, feed++)
		if (feed_lives(feed))
			return true;
	return false;
}

/* 1: `each` has enough, or a signal has come by `held`. */
static int
ask_all(struct feed *feed, size_t count, int held)
{
	struct pollfd wait[SOURCES_MAX + 1];
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < count; i++)
		result = feed_start(&feed[i]);
	while (result == 0 && any_lives(feed, count)) {
		wait[count] = (struct pollfd){.fd = held, .events = POLLIN};
		if (poll(wait, count + 1, plan(feed, count, wait)) < 0 &&
		    errno != EINTR)
			return fail_errno("cannot wait");
		result = wait[count].revents != 0;
		for (i = 0; result == 0 && i < count; i++)
			result = advance(&feed[i], wait[i].revents != 0);
	}
	return result;
}

/* What is at work when it ends is ended, also when a signal ends us. */
int
ask_run(const struct ask *ask)
{
	struct feed feed[SOURCES_MAX] = {0};
	sigset_t signals;
	int held, result;
	size_t i;

	if (ask->count > SOURCES_MAX)
		return fail(FAIL_USAGE, "more than %d sources", SOURCES_MAX);
	held = worker_hold_signals(&signals);
	if (held < 0)
		return -1;
	for (i = 0; i < ask->count; i++)
		feed[i] = (struct feed){.ask = ask,
		    .source = &ask->source[i],
		    .signals = &signals,
		    .worker.out = -1};
	result = ask_all(feed, ask->count, held);
	for (i = 0; i < ask->count; i++) {
		if (feed[i].worker.pid > 0)
			feed_end(&feed[i], true);
		buf_release(&feed[i].bytes);
	}
	worker_let_signals(held, &signals);
	return result < 0 ? -1 : 0;
}
