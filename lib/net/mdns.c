/* SPDX-License-Identifier: ISC */
#include "net/mdns.h"

#include <poll.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/log.h"
#include "crypto/secret.h"
#include "net/deadline.h"
#include "net/heard.h"
#include "net/lan.h"
#include "net/multicast.h"

#define AGAIN_MS 1000		/* what Wi-Fi lost is asked for again */
#define SELDOM_MS (3600 * 1000) /* RFC 6762 section 5.2 */
#define REFRESH_MS 5000		/* between questions about what grows old */
#define FORGET_MS 1000		/* between looks at what has died */
#define PACKET 1440		/* what we send fits one frame */
#define TURN 256		/* packets of one socket at a time */

struct browse {
	const struct mdns_options *options;
	service_each each;
	void *context;
	struct heard heard;
	struct lan lan[LAN_MOST];
	size_t lans;
	uint16_t id; /* of legacy queries, which answers repeat */
	int64_t until, again, forget; /* when to end, to ask, to look */
	int64_t asked;
	int interval;
};

/* With one of two sockets a link is good enough. */
static bool
open_link(struct lan *lan)
{
	if (multicast_open_group(lan) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	if (multicast_open_single(lan) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	return lan->group >= 0 || lan->single >= 0;
}

static int
open_links(struct browse *browse)
{
	const struct mdns_options *options = browse->options;
	int i, count;

	count = lan_list(options->interface, options->interfaces, browse->lan);
	if (count < 0)
		return -1;
	if (count == 0)
		return fail(FAIL_SYSTEM,
		    "there is no interface to multicast on");
	for (i = 0; i < count; i++)
		if (open_link(&browse->lan[i]))
			browse->lan[browse->lans++] = browse->lan[i];
	return browse->lans > 0 ? 0 : -1;
}

static void
send_by(const struct lan *lan, int fd, const struct dns_write *write)
{
	if (multicast_send(lan, fd, span_of(write->data, write->size)) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
}

/* Who is there? By both sockets the first time, then by the better one. */
static void
ask_all(struct browse *browse, bool first)
{
	struct dns_question question = {.name = browse->heard.records.type,
	    .type = DNS_PTR,
	    .class = DNS_IN};
	int64_t now = deadline_in(0);
	uint8_t packet[PACKET];
	struct dns_write write;
	const struct lan *lan;
	size_t i;

	for (i = 0; i < browse->lans; i++) {
		lan = &browse->lan[i];
		dns_write_open(&write, packet, sizeof packet, browse->id, 0);
		dns_write_question(&write, &question);
		if (lan->single >= 0 && (first || lan->group < 0))
			send_by(lan, lan->single, &write);
		dns_write_open(&write, packet, sizeof packet, 0, 0);
		dns_write_question(&write, &question);
		heard_ask_known(&browse->heard, lan->index, now, &write);
		if (lan->group >= 0)
			send_by(lan, lan->group, &write);
	}
	browse->asked = now;
}

/* Both families of an interface are one link to struct heard. */
static void
send_to_link(const struct browse *browse, unsigned index,
    struct dns_write *write)
{
	const struct lan *lan;
	size_t i;

	for (i = 0; i < browse->lans; i++) {
		lan = &browse->lan[i];
		if (lan->index == index)
			send_by(lan, lan->group >= 0 ? lan->group : lan->single,
			    write);
	}
}

/* What is missing is asked for, whenever something new may lack something. */
static void
ask_rest(struct browse *browse)
{
	int64_t now = deadline_in(0);
	uint8_t packet[PACKET];
	struct dns_write write;
	size_t i;

	for (i = 0; i < browse->lans; i++) {
		dns_write_open(&write, packet, sizeof packet, browse->id, 0);
		if (heard_ask(&browse->heard, browse->lan[i].index, now,
			&write) > 0)
			send_to_link(browse, browse->lan[i].index, &write);
	}
}

/* Section 6: responses come from port 5353; a legacy one has our id. */
static bool
is_for_us(const struct browse *browse, bool legacy, struct span packet,
    const struct sockaddr_storage *from)
{
	struct dns_read read;

	return multicast_port(from) == MULTICAST_PORT &&
	    dns_read_open(&read, packet) == 0 &&
	    (!legacy || read.id == browse->id);
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
		if (is_for_us(browse, fd == lan->single,
			span_of(packet, (size_t)size), &from) &&
		    records_take(&browse->heard.records, lan->index,
			span_of(packet, (size_t)size), deadline_in(0)) != 0)
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
	for (i = 0; i < browse->lans; i++) {
		poll_for[count++] =
		    (struct pollfd){browse->lan[i].group, POLLIN, 0};
		poll_for[count++] =
		    (struct pollfd){browse->lan[i].single, POLLIN, 0};
	}
	if (poll(poll_for, count, time_left(browse)) < 0)
		return 0;
	if (poll_for[0].revents != 0)
		return 1;
	for (i = 1; i < count && result == 0; i++)
		if (poll_for[i].revents != 0)
			result = take(browse, &browse->lan[(i - 1) / 2],
			    poll_for[i].fd);
	return result;
}

/* The query again: after a second, then, while watching, ever less often. */
static void
plan(struct browse *browse)
{
	int64_t due;

	if (browse->again <= deadline_in(0)) {
		ask_all(browse, false);
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

/* One turn: 0, 1 when that was all, -1. */
static int
turn(struct browse *browse)
{
	int result = listen_for(browse);

	if (result == 0)
		result = heard_tell(&browse->heard, deadline_in(0),
		    browse->each, browse->context);
	if (result == 0 && browse->forget <= deadline_in(0)) {
		result = heard_forget(&browse->heard, deadline_in(0),
		    browse->each, browse->context);
		browse->forget = deadline_in(FORGET_MS);
	}
	if (result != 0)
		return result;
	ask_rest(browse);
	plan(browse);
	return deadline_left(browse->until) == 0;
}

static int
run(struct browse *browse)
{
	bool watch = browse->options->watch;
	int result = 0;

	if (open_links(browse) != 0 ||
	    secret_random_bytes(&browse->id, sizeof browse->id) != 0)
		return -1;
	browse->until = deadline_in(watch ? -1 : browse->options->wait_ms);
	browse->forget = deadline_in(watch ? FORGET_MS : -1);
	browse->interval = AGAIN_MS;
	browse->again = deadline_in(AGAIN_MS);
	ask_all(browse, true);
	while (result == 0)
		result = turn(browse);
	return result < 0 ? -1 : 0;
}

int
mdns_browse(const struct mdns_options *options, service_each each,
    void *context)
{
	struct browse *browse = calloc(1, sizeof *browse);
	struct dns_name local, type;
	int result = -1;
	size_t i;

	if (browse == NULL)
		return fail(FAIL_SYSTEM, "out of memory");
	browse->options = options;
	browse->each = each;
	browse->context = context;
	if (dns_name_parse("local", &local) == 0 &&
	    dns_name_below(options->type, &local, &type) == 0) {
		heard_init(&browse->heard, &type);
		result = run(browse);
		heard_release(&browse->heard);
	}
	for (i = 0; i < browse->lans; i++)
		multicast_close(&browse->lan[i]);
	free(browse);
	return result;
}
