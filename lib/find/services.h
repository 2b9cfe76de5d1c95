/* SPDX-License-Identifier: ISC */
#ifndef FIND_SERVICES_H
#define FIND_SERVICES_H

/*
 * What is found on the links and in the DNS (net/mdns.h, net/resolver.h), as
 * sources of found records. A service says whose it is by `id=` in its TXT
 * record, the id in base32, or by `alias=` to those who know its id
 * (peer/alias.h); one that says nothing that we understand has no id.
 */

#include <limits.h>

#include "find/ask.h"
#include "net/mdns.h"
#include "net/resolver.h"

struct alias_table;
struct roster;

/* The options of a source. */
struct services_options {
	const struct roster *roster; /* whose aliases we know */
	struct mdns_options mdns;    /* for services_mdns */
	struct resolver_options dns; /* for services_dns */
	char failed[PATH_MAX];	     /* its find/failed.h; "": none */
};

/*
 * The record that a service makes, as `kind` says it at the time `now` (seconds
 * since 1970). False: it has no address that we could dial.
 */
bool services_record(const struct service *service, enum found_source kind,
    uint64_t now, struct alias_table *aliases, struct found *found);

/* `run` of a source. */
int services_mdns(const struct source *source, int out);
int services_dns(const struct source *source, int out);

#endif
