/* SPDX-License-Identifier: ISC */
#include "net/inquiry.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"

static void
add_ask(struct inquiry *inquiry, struct target *target, uint16_t type)
{
	inquiry->ask[inquiry->asks++] = (struct ask){target, type, false};
}

void
inquiry_init(struct inquiry *inquiry, const struct dns_name *name,
    const char *server)
{
	*inquiry = (struct inquiry){.service.name = *name};
	strncpy(inquiry->server, server, sizeof inquiry->server - 1);
	add_ask(inquiry, NULL, DNS_SRV);
	add_ask(inquiry, NULL, DNS_TXT);
}

void
inquiry_release(struct inquiry *inquiry)
{
	struct target *target, *next;
	size_t i;

	for (i = 0; i < INQUIRY_BUCKETS; i++)
		for (target = inquiry->target[i]; target != NULL;
		     target = next) {
			next = target->next;
			free(target);
		}
	*inquiry = (struct inquiry){.asks = 0};
}

size_t
inquiry_query(const struct inquiry *inquiry, size_t number,
    uint8_t to[static INQUIRY_QUERY])
{
	const struct ask *ask = &inquiry->ask[number];
	struct dns_question question = {.name = inquiry->service.name,
	    .type = ask->type,
	    .class = DNS_IN};
	struct dns_write write;

	if (ask->answered)
		return 0;
	if (ask->target != NULL)
		question.name = ask->target->name;
	dns_write_open(&write, to + 2, INQUIRY_QUERY - 2, (uint16_t)number,
	    DNS_RECURSE);
	dns_write_question(&write, &question);
	to[0] = (uint8_t)(write.size >> 8);
	to[1] = (uint8_t)write.size;
	return 2 + write.size;
}

/* Where it hangs, or would. */
static struct target **
target_of(struct inquiry *inquiry, const struct dns_name *name)
{
	struct target **at =
	    &inquiry->target[dns_name_hash(name) % INQUIRY_BUCKETS];

	while (*at != NULL && !dns_name_equal(&(*at)->name, name))
		at = &(*at)->next;
	return at;
}

static void
take_address(struct target *target, const struct dns_record *record)
{
	if (target->addresses == INQUIRY_ADDRESSES ||
	    dns_read_address(record, &target->at[target->addresses]) != 0)
		return;
	if (target->addresses++ == 0 || record->ttl < target->ttl)
		target->ttl = record->ttl;
}

static int
take_offer(struct inquiry *inquiry, const struct dns_read *read,
    const struct dns_record *record)
{
	struct target **at;
	struct dns_srv srv;

	if (dns_read_srv(read, record, &srv) != 0)
		return -1;
	if (srv.target.size == 1 || srv.port == 0)
		return 0; /* RFC 2782: "." is not available here */
	if (inquiry->offers == INQUIRY_SERVICES) {
		inquiry->crowded = true;
		return 0;
	}
	at = target_of(inquiry, &srv.target);
	if (*at == NULL) {
		*at = memory_get(1, sizeof **at);
		if (*at == NULL)
			return -1;
		(*at)->name = srv.target;
	}
	inquiry->offer[inquiry->offers++] = (struct offer){srv.priority,
	    srv.weight, srv.port, record->ttl, *at};
	return 0;
}

/* Addresses that an answer brings along (RFC 2782, additional data). */
static void
take_additional(struct inquiry *inquiry, const struct dns_record *record)
{
	struct target *target;

	if (record->type != DNS_A && record->type != DNS_AAAA)
		return;
	target = *target_of(inquiry, &record->name);
	if (target != NULL)
		take_address(target, record);
}

/* A target is asked about once, by the first offer that names it. */
static void
ask_about_targets(struct inquiry *inquiry)
{
	struct target *target;
	size_t i;

	for (i = 0; i < INQUIRY_BUCKETS; i++)
		for (target = inquiry->target[i]; target != NULL;
		     target = target->next) {
			if (target->addresses == 0) {
				add_ask(inquiry, target, DNS_AAAA);
				add_ask(inquiry, target, DNS_A);
			}
			add_ask(inquiry, target, DNS_TXT);
		}
}

static void
name_of(const struct inquiry *inquiry, char text[static DNS_TEXT])
{
	dns_name_text(&inquiry->service.name, text);
}

/*
 * The SRV records, whoever owns them: an alias (CNAME) is the server's word.
 * Of a message that is broken behind its answers nothing is taken that it
 * brings along: dnsmasq 2.90 points past 16 KiB, where no pointer reaches.
 */
static int
take_offers(struct inquiry *inquiry, struct dns_read read)
{
	struct dns_read again = read;
	struct dns_record record;
	char name[DNS_TEXT];
	bool any = false;
	int more;

	name_of(inquiry, name);
	while ((more = dns_read_record(&read, &record)) > 0) {
		if (record.section != 0 || record.type != DNS_SRV)
			continue;
		any = true;
		if (take_offer(inquiry, &read, &record) != 0)
			return -1;
	}
	if (more < 0 && read.records[0] > 0)
		return -1;
	if (inquiry->offers == 0)
		return fail(FAIL_NO,
		    any ? "'%s' is not offered (%s)"
			: "there is no service '%s' (%s)",
		    name, inquiry->server);
	if (inquiry->crowded)
		log_line(LOG_WARN,
		    "'%s' has more than %d services (%s): the rest is not "
		    "looked at",
		    name, INQUIRY_SERVICES, inquiry->server);
	while (more == 0 && dns_read_record(&again, &record) > 0)
		if (record.section == 2)
			take_additional(inquiry, &record);
	ask_about_targets(inquiry);
	return 0;
}

/* What else is asked for may fail, and is then not there. */
static void
take_answers(struct inquiry *inquiry, const struct ask *ask,
    struct dns_read read)
{
	struct target *target = ask->target != NULL ? ask->target
						    : &inquiry->service;
	struct dns_record record;
	struct span strings;

	while (dns_read_record(&read, &record) > 0) {
		if (record.section != 0 || record.type != ask->type)
			continue;
		if (record.type != DNS_TXT)
			take_address(target, &record);
		else if (dns_read_text(&record, &strings) == 0)
			target->text_size = service_add_text(target->text,
			    target->text_size, strings);
	}
}

/* RFC 1035 section 4.1.1. */
static int
check_outcome(const struct inquiry *inquiry, uint16_t flags)
{
	static const char *const outcome[16] = {"", "FORMERR", "SERVFAIL",
	    "NXDOMAIN", "NOTIMP", "REFUSED"};
	const char *word = outcome[flags & DNS_OUTCOME];
	char name[DNS_TEXT];

	name_of(inquiry, name);
	if ((flags & DNS_OUTCOME) == 3)
		return fail(FAIL_NO, "there is no name '%s' (%s)", name,
		    inquiry->server);
	if ((flags & DNS_OUTCOME) != 0)
		return fail(FAIL_SYSTEM,
		    "DNS server '%s' cannot answer for '%s': %s",
		    inquiry->server, name, word != NULL ? word : "an error");
	if ((flags & DNS_TRUNCATED) != 0)
		return fail(FAIL_DATA,
		    "DNS server '%s' cuts its answer for '%s' short",
		    inquiry->server, name);
	return 0;
}

int
inquiry_take(struct inquiry *inquiry, struct span message)
{
	struct dns_read read;
	struct ask *ask;

	if (dns_read_open(&read, message) != 0)
		return -1;
	if ((read.flags & DNS_RESPONSE) == 0 || read.id >= inquiry->asks ||
	    inquiry->ask[read.id].answered)
		return 0;
	ask = &inquiry->ask[read.id];
	ask->answered = true;
	inquiry->answers++;
	if (ask->type != DNS_SRV) {
		take_answers(inquiry, ask, read);
		return 1;
	}
	if (check_outcome(inquiry, read.flags) != 0 ||
	    take_offers(inquiry, read) != 0)
		return -1;
	return 1;
}

bool
inquiry_is_done(const struct inquiry *inquiry)
{
	return inquiry->answers == inquiry->asks;
}

bool
inquiry_has_endpoints(const struct inquiry *inquiry)
{
	size_t i;

	for (i = 0; i < inquiry->offers; i++)
		if (inquiry->offer[i].target->addresses > 0)
			return true;
	return false;
}
