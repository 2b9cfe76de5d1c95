/* SPDX-License-Identifier: ISC */
#include "net/resolver.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/address.h"
#include "net/deadline.h"
#include "net/inquiry.h"
#include "net/nameserver.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define OUT_SIZE 16384 /* queries on their way */
#define EMPTY_MOST 5   /* connections in a row that bring no answer */

/* A talk with one server: all queries on one connection (RFC 7766). */
struct talk {
	struct inquiry inquiry;
	struct sockaddr_storage at;
	int64_t deadline;
	int fd;
	size_t next;	 /* query to be sent */
	size_t answered; /* before this connection was made */
	int empty;	 /* connections in a row that brought no answer */
	size_t out_at, out_size, in_size;
	uint8_t out[OUT_SIZE];
	uint8_t in[2 + DNS_MESSAGE];
};

/* Queries as far as there is room for them. */
static void
fill(struct talk *talk)
{
	if (talk->out_at < talk->out_size)
		return;
	talk->out_at = talk->out_size = 0;
	while (talk->next < talk->inquiry.asks &&
	    OUT_SIZE - talk->out_size >= INQUIRY_QUERY)
		talk->out_size += inquiry_query(&talk->inquiry, talk->next++,
		    talk->out + talk->out_size);
}

/* Send what can be sent: 0, -1 when the server has left. */
static int
push(struct talk *talk)
{
	ssize_t sent = send(talk->fd, talk->out + talk->out_at,
	    talk->out_size - talk->out_at, MSG_NOSIGNAL);

	if (sent < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	talk->out_at += (size_t)sent;
	return 0;
}

/* Receive what has come: 0, -1 when the server has left. */
static int
pull(struct talk *talk)
{
	ssize_t got = recv(talk->fd, talk->in + talk->in_size,
	    sizeof talk->in - talk->in_size, 0);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	talk->in_size += (size_t)got;
	return got > 0 ? 0 : -1;
}

/* Take every message that is there whole. */
static int
take(struct talk *talk)
{
	size_t at = 0, size;

	while (talk->in_size - at >= 2) {
		size = (size_t)talk->in[at] << 8 | talk->in[at + 1];
		if (talk->in_size - at - 2 < size)
			break;
		if (inquiry_take(&talk->inquiry,
			span_of(talk->in + at + 2, size)) < 0)
			return -1;
		at += 2 + size;
	}
	talk->in_size -= at;
	memmove(talk->in, talk->in + at, talk->in_size);
	return 0;
}

/*
 * A server may answer some on one connection and close it: make another. When
 * it leaves queries unread, its reset may take all answers along that we have
 * not read yet: so one that brought none is no proof that none will.
 */
static int
connect_again(struct talk *talk)
{
	struct nameservers one = {.at = {talk->at}, .count = 1};

	close(talk->fd);
	talk->fd = -1;
	talk->empty = talk->inquiry.answers == talk->answered ? talk->empty + 1
							      : 0;
	if (talk->empty == EMPTY_MOST)
		return fail(FAIL_SYSTEM,
		    "DNS server '%s' closes the connection without an answer",
		    talk->inquiry.server);
	talk->answered = talk->inquiry.answers;
	talk->next = talk->out_at = talk->out_size = talk->in_size = 0;
	talk->fd = nameservers_connect(&one, talk->deadline, &talk->at);
	return talk->fd >= 0 ? 0 : -1;
}

/* Wait, and move what can be moved: 0, or -1. */
static int
step(struct talk *talk)
{
	struct pollfd poll_for = {talk->fd, POLLIN, 0};
	bool left = false;
	int ready;

	fill(talk);
	if (talk->out_at < talk->out_size)
		poll_for.events |= POLLOUT;
	ready = poll(&poll_for, 1, deadline_left(talk->deadline));
	if (ready == 0)
		return fail(FAIL_SYSTEM, "no answer from DNS server '%s'",
		    talk->inquiry.server);
	if ((poll_for.revents & POLLOUT) != 0)
		left = push(talk) != 0;
	if ((poll_for.revents & ~POLLOUT) != 0)
		left = pull(talk) != 0;
	if (take(talk) != 0)
		return -1;
	return left && !inquiry_is_done(&talk->inquiry) ? connect_again(talk)
							: 0;
}

/* Ask the first server that answers, which is dropped from the list. */
static int
converse(struct talk *talk, struct nameservers *servers,
    const struct dns_name *name, int64_t deadline)
{
	char text[ADDRESS_TEXT];
	int result = 0, left;

	talk->fd = nameservers_connect(servers, deadline, &talk->at);
	if (talk->fd < 0) {
		servers->count = 0;
		return -1;
	}
	nameservers_drop(servers, &talk->at);
	left = deadline_left(deadline);
	talk->deadline = servers->count > 0 ? deadline_in(left / 2) : deadline;
	address_text(&talk->at, text);
	inquiry_init(&talk->inquiry, name, text);
	talk->next = talk->answered = 0;
	talk->empty = 0;
	talk->out_at = talk->out_size = talk->in_size = 0;
	while (result == 0 && !inquiry_is_done(&talk->inquiry))
		result = step(talk);
	if (talk->fd >= 0)
		close(talk->fd);
	return result;
}

/* Ask one server after the other, until one knows: 0 and -1 are its answer. */
static int
ask(struct talk *talk, struct nameservers *servers, const struct dns_name *name,
    int64_t deadline)
{
	int result;

	for (;;) {
		result = converse(talk, servers, name, deadline);
		if (inquiry_has_endpoints(&talk->inquiry)) {
			if (result != 0)
				log_line(LOG_DETAIL, "%s", fail_last()->text);
			return 0;
		}
		if (result == 0)
			return fail(FAIL_SYSTEM,
			    "DNS server '%s' names hosts without an address",
			    talk->inquiry.server);
		inquiry_release(&talk->inquiry);
		if (fail_last()->kind == FAIL_NO || servers->count == 0 ||
		    deadline_left(deadline) == 0)
			return -1;
		log_line(LOG_DETAIL, "%s", fail_last()->text);
	}
}

/* A domain that begins with a '_' is the name of a service itself. */
static int
name_service(const struct resolver_options *options, struct dns_name *name)
{
	struct dns_name domain;

	if (dns_name_parse(options->domain, &domain) != 0)
		return -1;
	if (options->domain[0] != '_')
		return dns_name_below(options->type, &domain, name);
	*name = domain;
	return 0;
}

int
resolver_find(const struct resolver_options *options, service_each each,
    void *context)
{
	int64_t deadline = deadline_in(options->wait_ms);
	struct nameservers servers = {.count = 0};
	struct dns_name name;
	struct talk *talk;
	int result;

	if (name_service(options, &name) != 0)
		return -1;
	result = options->server != NULL
	    ? nameservers_parse(&servers, options->server)
	    : nameservers_load(&servers, RESOLV_CONF);
	if (result != 0)
		return -1;
	talk = memory_get(1, sizeof *talk);
	if (talk == NULL)
		return -1;
	result = ask(talk, &servers, &name, deadline);
	if (result == 0)
		result = inquiry_tell(&talk->inquiry, each, context);
	inquiry_release(&talk->inquiry);
	free(talk);
	return result;
}
