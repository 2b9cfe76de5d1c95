/* SPDX-License-Identifier: ISC */
#include "net/querier.h"

#include "base/fail.h"
#include "base/log.h"
#include "crypto/secret.h"
#include "net/deadline.h"
#include "net/heard.h"
#include "net/multicast.h"

#define PACKET 1440 /* what we send fits one frame */

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

int
querier_open(struct querier *querier, const char *const *interface,
    size_t interfaces)
{
	int i, count;

	*querier = (struct querier){.lans = 0};
	if (secret_random_bytes(&querier->id, sizeof querier->id) != 0)
		return -1;
	count = lan_list(interface, interfaces, querier->lan);
	if (count < 0)
		return -1;
	if (count == 0)
		return fail(FAIL_SYSTEM,
		    "there is no interface to multicast on");
	for (i = 0; i < count; i++)
		if (open_link(&querier->lan[i]))
			querier->lan[querier->lans++] = querier->lan[i];
	return querier->lans > 0 ? 0 : -1;
}

void
querier_close(struct querier *querier)
{
	while (querier->lans > 0)
		multicast_close(&querier->lan[--querier->lans]);
}

static void
send_by(const struct lan *lan, int fd, const struct dns_write *write)
{
	if (multicast_send(lan, fd, span_of(write->data, write->size)) != 0)
		log_line(LOG_DETAIL, "%s", fail_last()->text);
}

void
querier_ask(const struct querier *querier, const struct heard *heard,
    bool first)
{
	struct dns_question question = {.name = heard->records.type,
	    .type = DNS_PTR,
	    .class = DNS_IN};
	int64_t now = deadline_in(0);
	uint8_t packet[PACKET];
	struct dns_write write;
	const struct lan *lan;
	size_t i;

	for (i = 0; i < querier->lans; i++) {
		lan = &querier->lan[i];
		dns_write_open(&write, packet, sizeof packet, querier->id, 0);
		dns_write_question(&write, &question);
		if (lan->single >= 0 && (first || lan->group < 0))
			send_by(lan, lan->single, &write);
		dns_write_open(&write, packet, sizeof packet, 0, 0);
		dns_write_question(&write, &question);
		heard_ask_known(heard, lan->index, now, &write);
		if (lan->group >= 0)
			send_by(lan, lan->group, &write);
	}
}

/* Both families of an interface are one link to struct heard. */
static void
send_to_link(const struct querier *querier, unsigned index,
    struct dns_write *write)
{
	const struct lan *lan;
	size_t i;

	for (i = 0; i < querier->lans; i++) {
		lan = &querier->lan[i];
		if (lan->index == index)
			send_by(lan, lan->group >= 0 ? lan->group : lan->single,
			    write);
	}
}

void
querier_ask_rest(const struct querier *querier, struct heard *heard)
{
	int64_t now = deadline_in(0);
	uint8_t packet[PACKET];
	struct dns_write write;
	size_t i;

	for (i = 0; i < querier->lans; i++) {
		dns_write_open(&write, packet, sizeof packet, querier->id, 0);
		if (heard_ask(heard, querier->lan[i].index, now, &write) > 0)
			send_to_link(querier, querier->lan[i].index, &write);
	}
}

bool
querier_is_asked(const struct querier *querier, bool legacy, struct span packet,
    const struct sockaddr_storage *from)
{
	struct dns_read read;

	return multicast_port(from) == MULTICAST_PORT &&
	    dns_read_open(&read, packet) == 0 &&
	    (!legacy || read.id == querier->id);
}
