/* SPDX-License-Identifier: ISC */
#include "net/mdns.h"

#include <poll.h>
#include <stdlib.h>

#include "base/memory.h"
#include "net/deadline.h"
#include "net/heard.h"
#include "net/multicast.h"
#include "net/querier.h"

#define AGAIN_MS 1000		/* what Wi-Fi lost is asked for again */
#define SELDOM_MS (3600 * 1000) /* RFC 6762 section 5.2 */
#define REFRESH_MS 5000		/* between questions about what grows old */
#define TELL_MS 20		/* what comes in one burst is told at once */
#define FORGET_MS 1000		/* between looks at what has died */
#define TURN 256		/* packets of one socket at a time */

struct browse {
	const struct mdns_options *options;
	service_each each;
	void *context;
	struct heard heard;
	struct querier querier;
	int64_t until, again, forget; /* when to end, to ask, to look */
	int64_t tell;		      /* when to tell what was heard */
	int64_t asked;
	int interval;
};

static void
ask(struct browse *browse, bool first)
{
	querier_ask(&browse->querier, &browse->heard, first);
	browse->asked = deadline_in(0);
}

static int
take(struct browse *browse, const struct lan *lan, int fd)
{
	static _Thread_local uint8_t packet[DNS_PACKET];
	struct sockaddr_storage from;
	ssize_t size;
	int i;

	for (i = 0; i < TURN; i++) {
		size = multicast_receive(lan, fd, packet, sizeof packet, &from);
		if (size < 0)
			break;
		if (querier_is_asked(&browse->querier, fd == lan->single,
			span_of(packet, (size_t)size), &from) &&
		    records_take(&browse->heard.records, lan->index,
			span_of(packet, (size_t)size), fd == lan->single,
			deadline_in(0)) != 0)
			return -1;
	}
	return 0;
}

/* Milliseconds until something is to be done. */
static int
time_left(const struct browse *browse)
{
	int64_t first = browse->until;

	if (browse->again < first)
		first = browse->again;
	if (browse->forget < first)
		first = browse->forget;
	if (browse->tell < first)
		first = browse->tell;
	return deadline_left(first);
}

/* Wait, and take what has come: 0; 1 when `wake` ends it; -1. */
static int
listen_for(struct browse *browse)
{
	struct pollfd poll_for[1 + 2 * LAN_MOST];
	size_t i, count = 1;
	int result = 0;

	poll_for[0] = (struct pollfd){browse->options->wake, POLLIN, 0};
	for (i = 0; i < browse->querier.lans; i++) {
		poll_for[count++] =
		    (struct pollfd){browse->querier.lan[i].group, POLLIN, 0};
		poll_for[count++] =
		    (struct pollfd){browse->querier.lan[i].single, POLLIN, 0};
	}
	if (poll(poll_for, count, time_left(browse)) <= 0)
		return 0;
	if (poll_for[0].revents != 0)
		return 1;
	for (i = 1; i < count && result == 0; i++)
		if (poll_for[i].revents != 0)
			result = take(browse, &browse->querier.lan[(i - 1) / 2],
			    poll_for[i].fd);
	if (browse->tell == INT64_MAX)
		browse->tell = deadline_in(TELL_MS);
	return result;
}

/* The query again: after a second, then, while watching, ever less often. */
static void
plan(struct browse *browse)
{
	int64_t due;

	if (browse->again <= deadline_in(0)) {
		ask(browse, false);
		if (browse->interval < SELDOM_MS)
			browse->interval *= 2;
		browse->again = INT64_MAX;
	}
	if (!browse->options->watch)
		return;
	browse->again = browse->asked + browse->interval;
	due = heard_due(&browse->heard, deadline_in(0));
	if (due < browse->asked + REFRESH_MS)
		due = browse->asked + REFRESH_MS;
	if (due < browse->again)
		browse->again = due;
}

/* Tell what was heard since, and ask for what is missing to it. */
static int
tell(struct browse *browse)
{
	int result = heard_tell(&browse->heard, deadline_in(0), browse->each,
	    browse->context);

	browse->tell = INT64_MAX;
	if (result == 0)
		querier_ask_rest(&browse->querier, &browse->heard);
	return result;
}

/* One turn: 0, 1 when that was all, -1. */
static int
turn(struct browse *browse)
{
	int result = listen_for(browse);
	bool over = deadline_left(browse->until) == 0;

	if (result == 0 && (over || browse->tell <= deadline_in(0)))
		result = tell(browse);
	if (result == 0 && browse->forget <= deadline_in(0)) {
		result = heard_forget(&browse->heard, deadline_in(0),
		    browse->each, browse->context);
		browse->forget = deadline_in(FORGET_MS);
	}
	if (result != 0)
		return result;
	plan(browse);
	return over;
}

static int
run(struct browse *browse)
{
	bool watch = browse->options->watch;
	int result = 0;

	if (querier_open(&browse->querier, browse->options->interface,
		browse->options->interfaces) != 0)
		return -1;
	browse->until = deadline_in(watch ? -1 : browse->options->wait_ms);
	browse->forget = deadline_in(watch ? FORGET_MS : -1);
	browse->tell = INT64_MAX;
	browse->interval = AGAIN_MS;
	browse->again = deadline_in(AGAIN_MS);
	ask(browse, true);
	while (result == 0)
		result = turn(browse);
	return result < 0 ? -1 : 0;
}

int
mdns_browse(const struct mdns_options *options, service_each each,
    void *context)
{
	struct browse *browse = memory_get(1, sizeof *browse);
	struct dns_name local, type;
	int result = -1;

	if (browse == NULL)
		return -1;
	browse->options = options;
	browse->each = each;
	browse->context = context;
	if (dns_name_parse("local", &local) == 0 &&
	    dns_name_below(options->type, &local, &type) == 0) {
		heard_init(&browse->heard, &type);
		result = run(browse);
		heard_release(&browse->heard);
	}
	querier_close(&browse->querier);
	free(browse);
	return result;
}
