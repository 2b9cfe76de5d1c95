/* SPDX-License-Identifier: ISC */
#include "net/heard.h"

/* Whether a name has a record of this type that lives. */
static bool
has(const struct heard *heard, const struct dns_name *name, uint16_t type,
    unsigned link, int64_t now)
{
	return records_first(&heard->records, name, type, link, now) != NULL;
}

static size_t
ask(struct held *held, uint16_t type, struct dns_write *write)
{
	struct dns_question question = {.name = held->name,
	    .type = type,
	    .class = DNS_IN};

	held->asked = dns_write_question(write, &question) == 0;
	return held->asked;
}

/* An instance needs an SRV and a TXT record, a host an address. */
static size_t
ask_about(const struct heard *heard, struct held *held, int64_t now,
    struct dns_write *write)
{
	size_t asked = 0;

	if (held->type == DNS_PTR) {
		if (!has(heard, &held->name, DNS_SRV, held->link, now))
			asked += ask(held, DNS_SRV, write);
		if (!has(heard, &held->name, DNS_TXT, held->link, now))
			asked += ask(held, DNS_TXT, write);
	} else if (held->type == RECORDS_HOST &&
	    !has(heard, &held->name, DNS_A, held->link, now) &&
	    !has(heard, &held->name, DNS_AAAA, held->link, now)) {
		asked += ask(held, DNS_A, write);
		asked += ask(held, DNS_AAAA, write);
	}
	return asked;
}

size_t
heard_ask(struct heard *heard, unsigned link, int64_t now,
    struct dns_write *write)
{
	struct held *held;
	size_t asked = 0;

	for (held = heard->records.all; held != NULL; held = held->after)
		if (held->link == link && !held->asked && held->dies > now)
			asked += ask_about(heard, held, now, write);
	return asked;
}

/* Whether all of a name's records of a type have half of their life left. */
static bool
are_young(const struct heard *heard, const struct dns_name *name, uint16_t type,
    unsigned link, int64_t now)
{
	const struct held *held =
	    records_first(&heard->records, name, type, link, now);

	while (held != NULL && held_until(held, 50) > now)
		held = records_next(held, now);
	return held == NULL;
}

/* The same of all that makes endpoints of an instance, if anything does. */
static bool
is_known(const struct heard *heard, const struct dns_name *name, unsigned link,
    int64_t now)
{
	const struct held *held =
	    records_first(&heard->records, name, DNS_SRV, link, now);
	struct dns_srv srv;

	if (held == NULL || !are_young(heard, name, DNS_SRV, link, now) ||
	    !has(heard, name, DNS_TXT, link, now))
		return false;
	held_srv(held, &srv);
	return (has(heard, &srv.target, DNS_A, link, now) ||
		   has(heard, &srv.target, DNS_AAAA, link, now)) &&
	    are_young(heard, &srv.target, DNS_A, link, now) &&
	    are_young(heard, &srv.target, DNS_AAAA, link, now);
}

void
heard_ask_known(const struct heard *heard, unsigned link, int64_t now,
    struct dns_write *write)
{
	struct dns_record record = {.name = heard->records.type,
	    .type = DNS_PTR,
	    .class = DNS_IN};
	const struct held *held;

	for (held = heard->records.all; held != NULL; held = held->after) {
		if (held->type != DNS_PTR || held->link != link ||
		    held_until(held, 50) <= now)
			continue;
		record.ttl = (uint32_t)((held->dies - now) / 1000);
		if (is_known(heard, &held->name, link, now) &&
		    dns_write_name(write, &record, &held->name) != 0)
			return;
	}
}
