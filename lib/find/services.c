/* SPDX-License-Identifier: ISC */
#include "find/services.h"

#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "find/failed.h"
#include "format/found_text.h"
#include "peer/alias.h"

#define ID_MOST 80

struct services {
	enum found_source kind;
	int out;
	struct alias_table aliases;
};

/* A zone is the interface's name: numbers are this machine's alone. */
static bool
take_v6(const struct sockaddr_in6 *at, struct found *found)
{
	const uint8_t *ip = at->sin6_addr.s6_addr;
	char zone[IF_NAMESIZE];

	found->port = ntohs(at->sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&at->sin6_addr)) {
		found->ip_size = 4;
		memcpy(found->ip, ip + 12, 4);
		return true;
	}
	found->ip_size = 16;
	memcpy(found->ip, ip, 16);
	if (!IN6_IS_ADDR_LINKLOCAL(&at->sin6_addr))
		return true;
	if (if_indextoname(at->sin6_scope_id, zone) == NULL)
		return false;
	found_set(found->zone, sizeof found->zone, zone);
	return true;
}

static bool
take_address(const struct sockaddr_storage *at, struct found *found)
{
	const struct sockaddr_in *v4 = (const void *)at;

	if (at->ss_family == AF_INET6)
		return take_v6((const void *)at, found) && found->port != 0;
	found->ip_size = 4;
	memcpy(found->ip, &v4->sin_addr, 4);
	found->port = ntohs(v4->sin_port);
	return at->ss_family == AF_INET && found->port != 0;
}

/* What is no id counts as none. */
static void
take_id(struct span id, struct found *found)
{
	char text[ID_MOST];

	if (id.size >= sizeof text)
		return;
	memcpy(text, id.data, id.size);
	text[id.size] = '\0';
	if (memchr(text, '\0', id.size) != NULL ||
	    found_text_take_id(text, found) != 0)
		found->has_id = false;
}

static void
take_alias(struct alias_table *aliases, struct span alias, struct found *found)
{
	const struct digest *id = alias_find(aliases, alias, found->seen);

	found->has_id = id != NULL;
	if (id != NULL)
		found->id = *id;
}

static void
take_who(const struct service *service, struct alias_table *aliases,
    struct found *found)
{
	struct span text;

	if (service_value(service, "id", &text))
		take_id(text, found);
	else if (service_value(service, "alias", &text))
		take_alias(aliases, text, found);
}

/* A ttl of 0 is a goodbye on a link only. */
bool
services_record(const struct service *service, enum found_source kind,
    uint64_t now, struct alias_table *aliases, struct found *found)
{
	*found = (struct found){.sources = kind,
	    .seen = now,
	    .ttl = service->ttl,
	    .priority = service->priority,
	    .weight = service->weight};
	if (!take_address(&service->at, found))
		return false;
	if (found->ttl == 0 && kind != FOUND_MDNS)
		found->ttl = 1;
	take_who(service, aliases, found);
	found_set(found->host, sizeof found->host, service->host);
	found_set(found->via, sizeof found->via, service->via);
	return true;
}

static int
tell(void *context, const struct service *service)
{
	struct services *services = context;
	struct found found;

	return services_record(service, services->kind, (uint64_t)time(NULL),
		   &services->aliases, &found)
	    ? source_tell(services->out, &found)
	    : 0;
}

int
services_mdns(const struct source *source, int out)
{
	const struct services_options *options = source->options;
	struct services services = {source->kind, out,
	    {.roster = options->roster}};
	int result = mdns_browse(&options->mdns, tell, &services);

	alias_table_release(&services.aliases);
	return result;
}

int
services_dns(const struct source *source, int out)
{
	const struct services_options *options = source->options;
	struct services services = {source->kind, out,
	    {.roster = options->roster}};
	bool kept = options->failed[0] != '\0';
	int result;

	if (kept && failed_lately(options->failed, (uint64_t)time(NULL)) != 0)
		return -1;
	result = resolver_find(&options->dns, tell, &services);
	if (kept)
		failed_note(options->failed, result);
	alias_table_release(&services.aliases);
	return result;
}
