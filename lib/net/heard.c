/* SPDX-License-Identifier: ISC */
#include "net/heard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* An endpoint that was told of. */
struct told {
	struct told *next;
	struct service service;
	int64_t dies; /* as it was told */
	bool there;   /* still: while heard_forget looks */
};

/* Whom to tell, and of what: of all, or of what is fresh. */
struct teller {
	struct heard *heard;
	int64_t now;
	bool all;
	service_each each;
	void *context;
	unsigned link; /* whose name is known */
	char via[IF_NAMESIZE];
};

void
heard_init(struct heard *heard, const struct dns_name *type)
{
	*heard = (struct heard){.count = 0};
	records_init(&heard->records, type);
}

void
heard_release(struct heard *heard)
{
	struct told *told, *next;
	size_t i;

	for (i = 0; i < HEARD_BUCKETS; i++) {
		for (told = heard->told[i]; told != NULL; told = next) {
			next = told->next;
			free(told);
		}
		heard->told[i] = NULL;
	}
	records_release(&heard->records);
}

/* Where it hangs, or the end of its bucket's list. */
static struct told **
told_of(struct heard *heard, const struct service *service)
{
	const char *text = service->instance;
	struct told **told;
	uint32_t hash = 2166136261;

	for (; *text != '\0'; text++)
		hash = (hash ^ ((uint8_t)*text | 0x20)) * 16777619;
	told = &heard->told[(hash ^ hash >> 16) % HEARD_BUCKETS];
	while (*told != NULL && !service_same(&(*told)->service, service))
		told = &(*told)->next;
	return told;
}

static bool
says_the_same(const struct service *a, const struct service *b)
{
	return a->priority == b->priority && a->weight == b->weight &&
	    span_equal(span_of(a->text, a->text_size),
		span_of(b->text, b->text_size));
}

/* Tell, unless there is nothing new to it. */
static int
tell(struct teller *teller, const struct service *service, int64_t dies)
{
	struct heard *heard = teller->heard;
	struct told **at = told_of(heard, service), *told = *at;

	if (told != NULL) {
		told->there = teller->all;
		if (says_the_same(&told->service, service) &&
		    dies - teller->now <= 2 * (told->dies - teller->now))
			return 0;
	} else {
		if (heard->count == SERVICES_MOST)
			return 0;
		told = memory_get(1, sizeof *told);
		if (told == NULL)
			return -1;
		*at = told;
		told->there = teller->all;
		heard->count++;
	}
	told->service = *service;
	told->dies = dies;
	return teller->each(teller->context, service);
}

static uint16_t *
port_of(struct sockaddr_storage *at)
{
	return at->ss_family == AF_INET
	    ? &((struct sockaddr_in *)at)->sin_port
	    : &((struct sockaddr_in6 *)at)->sin6_port;
}

static void
set_address(struct service *service, const struct held *held, unsigned port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&service->at;

	held_address(held, &service->at);
	*port_of(&service->at) = htons((uint16_t)port);
	if (service->at.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
		v6->sin6_scope_id = held->link;
}

/* All addresses of one type that an instance's target has. */
static int
tell_addresses(struct teller *teller, struct service *service,
    const struct held *held, const struct dns_srv *srv, uint16_t type)
{
	const struct held *at;
	int64_t dies;
	int result = 0;

	at = records_first(&teller->heard->records, &srv->target, type,
	    held->link, teller->now);
	for (; at != NULL && result == 0; at = records_next(at, teller->now)) {
		set_address(service, at, srv->port);
		dies = at->dies < held->dies ? at->dies : held->dies;
		service->ttl = (uint32_t)((dies - teller->now + 999) / 1000);
		result = tell(teller, service, dies);
	}
	return result;
}

static bool
has_fresh(const struct teller *teller, const struct dns_name *name,
    uint16_t type, unsigned link)
{
	const struct held *held = records_first(&teller->heard->records, name,
	    type, link, teller->now);

	while (held != NULL && !held->fresh)
		held = records_next(held, teller->now);
	return held != NULL;
}

/* The name of an interface; the last one is remembered. */
static bool
name_link(struct teller *teller, unsigned link, char via[IF_NAMESIZE])
{
	if (teller->link != link && if_indextoname(link, teller->via) == NULL)
		return false;
	teller->link = link;
	memcpy(via, teller->via, IF_NAMESIZE);
	return true;
}

/* All endpoints of one SRV record. */
static int
tell_instance(struct teller *teller, const struct held *held)
{
	struct service service = {.priority = 0};
	const struct held *text;
	struct dns_srv srv;
	int result;

	held_srv(held, &srv);
	if (!teller->all && !held->fresh &&
	    !has_fresh(teller, &held->name, DNS_TXT, held->link) &&
	    !has_fresh(teller, &srv.target, DNS_AAAA, held->link) &&
	    !has_fresh(teller, &srv.target, DNS_A, held->link))
		return 0;
	if (srv.port == 0 || srv.target.size == 1 ||
	    !name_link(teller, held->link, service.via))
		return 0;
	dns_name_label(&held->name, service.instance);
	dns_name_text(&srv.target, service.host);
	service.priority = srv.priority;
	service.weight = srv.weight;
	text = records_first(&teller->heard->records, &held->name, DNS_TXT,
	    held->link, teller->now);
	if (text != NULL)
		service.text_size = service_add_text(service.text, 0,
		    span_of(text->data, text->size));
	result = tell_addresses(teller, &service, held, &srv, DNS_AAAA);
	if (result == 0)
		result = tell_addresses(teller, &service, held, &srv, DNS_A);
	return result;
}

static int
tell_instances(struct teller *teller)
{
	const struct held *held;
	int result = 0;

	for (held = teller->heard->records.all; held != NULL && result == 0;
	     held = held->after)
		if (held->type == DNS_SRV && held->dies > teller->now)
			result = tell_instance(teller, held);
	return result;
}

int
heard_tell(struct heard *heard, int64_t now, service_each each, void *context)
{
	struct teller teller = {.heard = heard,
	    .now = now,
	    .each = each,
	    .context = context};
	int result = tell_instances(&teller);

	records_sweep(&heard->records, now);
	return result;
}

/* Take out those that are not there, and say so. */
static int
tell_gone(struct teller *teller, struct told **at)
{
	struct told *told;
	int result = 0;

	while (*at != NULL && result == 0) {
		told = *at;
		if (told->there) {
			told->there = false;
			at = &told->next;
			continue;
		}
		*at = told->next;
		teller->heard->count--;
		told->service.ttl = 0;
		result = teller->each(teller->context, &told->service);
		free(told);
	}
	return result;
}

int
heard_forget(struct heard *heard, int64_t now, service_each each, void *context)
{
	struct teller teller = {.heard = heard,
	    .now = now,
	    .all = true,
	    .each = each,
	    .context = context};
	int result = tell_instances(&teller);
	size_t i;

	for (i = 0; i < HEARD_BUCKETS && result == 0; i++)
		result = tell_gone(&teller, &heard->told[i]);
	return result;
}

int64_t
heard_due(const struct heard *heard, int64_t now)
{
	const struct held *held;
	int64_t due = INT64_MAX, until;

	for (held = heard->records.all; held != NULL; held = held->after) {
		if (held->type != DNS_SRV && held->type != DNS_A &&
		    held->type != DNS_AAAA)
			continue;
		until = held_until(held, 80);
		if (held->dies > now && until < due)
			due = until;
	}
	return due;
}
