/* SPDX-License-Identifier: ISC */
#ifndef FIND_SERVICES_H
#define FIND_SERVICES_H

/*
 * What is found on the links and in the DNS (net/mdns.h, net/resolver.h), as
 * sources of found records. A service says whose it is by `id=` in its TXT
 * record, the id in base32; one that says nothing has no id.
 */

#include "find/ask.h"
#include "net/mdns.h"
#include "net/resolver.h"

#define SERVICES_TYPE "_shardkit._tcp"

/* `run` of a source; its options are a struct mdns_options. */
int services_mdns(const struct source *source, int out);

/* The same; its options are a struct resolver_options. */
int services_dns(const struct source *source, int out);

#endif
