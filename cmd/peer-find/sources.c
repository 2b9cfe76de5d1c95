/* SPDX-License-Identifier: ISC */

/* The sources that peer-find asks side by side. */

#include <stdio.h>
#include <unistd.h>

#include "asked.h"
#include "crypto/hash.h"
#include "find/cache.h"
#include "find/news.h"
#include "find/services.h"
#include "find/show.h"
#include "format/message.h"

#define SOURCES (1 + 2 * TOOL_LIST)
#define AGAIN_MS 5000
#define DNS_AGAIN_MS 30000

struct sources {
	struct services_options services[1 + TOOL_LIST];
	struct source source[SOURCES];
	size_t count;
};

static void
add(struct sources *sources, struct source new, int again_ms)
{
	new.again_ms = asked.watch ? again_ms : 0;
	sources->source[sources->count++] = new;
}

static void
add_mdns(struct sources *sources, struct services_options *options)
{
	options->mdns = (struct mdns_options){.type = MESSAGE_SERVICE,
	    .interface = asked.interface.item,
	    .interfaces = asked.interface.count,
	    .wait_ms = (int)asked.wait_ms,
	    .watch = asked.watch,
	    .wake = -1};
	add(sources,
	    (struct source){.kind = FOUND_MDNS,
		.name = "mdns",
		.run = services_mdns,
		.options = options,
		.endless = asked.watch},
	    AGAIN_MS);
}

/* Another server of the DNS may know better. */
static void
name_failed(struct services_options *options, const char *domain)
{
	char what[1024], hex[DIGEST_HEX_SIZE], file[16 + DIGEST_HEX_SIZE];
	struct digest digest;

	snprintf(what, sizeof what, "%s %s", domain,
	    asked.resolver != NULL ? asked.resolver : "");
	digest = hash_bytes(span_of_text(what));
	digest_hex(&digest, hex);
	snprintf(file, sizeof file, "failed-%.16s", hex);
	if (asked.no_cache ||
	    !cache_path(file, options->failed, sizeof options->failed))
		options->failed[0] = '\0';
}

static void
add_dns(struct sources *sources, struct services_options *options,
    const char *domain)
{
	name_failed(options, domain);
	options->dns = (struct resolver_options){.server = asked.resolver,
	    .type = MESSAGE_SERVICE,
	    .domain = domain,
	    .wait_ms = (int)asked.wait_ms};
	add(sources,
	    (struct source){.kind = FOUND_DNS,
		.name = domain,
		.via = domain,
		.run = services_dns,
		.options = options},
	    DNS_AGAIN_MS);
}

static void
add_exec(struct sources *sources, const char *command)
{
	add(sources,
	    (struct source){.kind = FOUND_EXEC,
		.name = command,
		.via = command,
		.command = command},
	    AGAIN_MS);
}

static void
list(struct sources *sources, const struct roster *roster)
{
	size_t i;

	for (i = 0; i < 1 + asked.dns.count; i++)
		sources->services[i].roster = roster;
	if (!asked.no_mdns)
		add_mdns(sources, &sources->services[0]);
	for (i = 0; i < asked.dns.count; i++)
		add_dns(sources, &sources->services[1 + i], asked.dns.item[i]);
	for (i = 0; i < asked.exec.count; i++)
		add_exec(sources, asked.exec.item[i]);
}

int
sources_ask(struct table *table)
{
	static struct sources sources;
	struct news news = {.table = table,
	    .need = asked.need,
	    .watch = asked.watch,
	    .style = asked.style,
	    .out = STDOUT_FILENO};

	list(&sources, table->roster);
	if (asked.watch && show_all(table, asked.style, STDOUT_FILENO) != 0)
		return -1;
	return news_run(&news, sources.source, sources.count,
	    (int)asked.wait_ms + ASKED_GRACE_MS);
}
