/* SPDX-License-Identifier: ISC */
/* What services say of themselves: whose they are, and where. */
#include "find/services.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/base32.h"
#include "check.h"
#include "format/found_text.h"
#include "peer/alias.h"
#include "peer/roster.h"

#define NOW (1700000000ULL)

static struct peer peer = {.has_id = true, .id = {{7}}};
static struct roster roster = {&peer, 1};
static struct alias_table aliases = {.roster = &roster};

static struct service
service_at(int family, const char *ip, uint16_t port)
{
	struct service service = {.ttl = 120, .host = "h.local", .via = "lo"};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&service.at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&service.at;

	service.at.ss_family = (sa_family_t)family;
	v4->sin_port = htons(port);
	if (family == AF_INET)
		must(inet_pton(family, ip, &v4->sin_addr) == 1, ip);
	else if (family == AF_INET6)
		must(inet_pton(family, ip, &v6->sin6_addr) == 1, ip);
	v6->sin6_scope_id = family == AF_INET6 ? 1 : 0;
	return service;
}

static void
add(struct service *service, const char *string)
{
	char strings[256];

	strings[0] = (char)strlen(string);
	memcpy(strings + 1, string, strlen(string));
	service->text_size = service_add_text(service->text, service->text_size,
	    span_of(strings, 1 + strlen(string)));
}

static struct found
record_of(const struct service *service)
{
	struct found found;

	must(services_record(service, FOUND_MDNS, NOW, &aliases, &found),
	    "a record");
	return found;
}

static void
test_addresses(void)
{
	static const struct {
		int family;
		const char *ip;
		uint16_t port;
		const char *wanted; /* NULL: none */
	} at[] = {
	    {AF_INET, "192.0.2.1", 7, "192.0.2.1:7"},
	    {AF_INET, "192.0.2.1", 0, NULL},
	    {AF_INET6, "2001:db8::1", 7, "[2001:db8::1]:7"},
	    {AF_INET6, "2001:db8::1", 0, NULL},
	    {AF_INET6, "::ffff:192.0.2.1", 7, "192.0.2.1:7"},
	    {AF_INET6, "fe80::1", 7, "[fe80::1%lo]:7"},
	    {AF_UNIX, "", 7, NULL},
	};
	char text[FOUND_TEXT_ADDRESS];
	struct service service;
	struct found found;
	size_t i;

	for (i = 0; i < COUNT(at); i++) {
		service = service_at(at[i].family, at[i].ip, at[i].port);
		if (!services_record(&service, FOUND_MDNS, NOW, &aliases,
			&found)) {
			check(at[i].wanted == NULL, "%s is none", at[i].ip);
			continue;
		}
		found_text_address(&found, text);
		check(at[i].wanted != NULL && strcmp(text, at[i].wanted) == 0,
		    "%s is %s", at[i].ip, text);
	}
	service = service_at(AF_INET6, "fe80::1", 7);
	((struct sockaddr_in6 *)&service.at)->sin6_scope_id = 999999;
	check(!services_record(&service, FOUND_MDNS, NOW, &aliases, &found),
	    "a link that is gone");
}

static void
test_times(void)
{
	struct service service = service_at(AF_INET, "192.0.2.1", 7);
	struct found found = record_of(&service);

	check(found.ttl == 120 && found.seen == NOW &&
		found.sources == FOUND_MDNS && !found.has_id,
	    "as it was said");
	check(strcmp(found.host, "h.local") == 0 &&
		strcmp(found.via, "lo") == 0,
	    "host and link");
	service.ttl = 0;
	check(record_of(&service).ttl == 0, "a goodbye");
	check(services_record(&service, FOUND_DNS, NOW, &aliases, &found) &&
		found.ttl == 1,
	    "no goodbye in the DNS");
}

/* The first string of a key counts; what is no id is nobody's. */
static void
test_who(void)
{
	char id[BASE32_TEXT + 3] = "id=", alias[ALIAS_TEXT + 6] = "alias=";
	struct service service = service_at(AF_INET, "192.0.2.1", 7);
	struct digest other = {{9}};
	struct span value;
	struct found found;

	base32_encode(BASE32_ID, other.byte, id + 3);
	alias_text(&peer.id, NOW, alias + 6);
	add(&service, "txtvers=1");
	add(&service, "ids=5");
	add(&service, "x");
	add(&service, alias);
	found = record_of(&service);
	check(found.has_id && digest_equal(&found.id, &peer.id), "an alias");
	check(service_value(&service, "X", &value) && value.size == 0,
	    "a key without a value");
	check(!service_value(&service, "y", &value), "a key that is not there");
	add(&service, id);
	add(&service, "id=5");
	found = record_of(&service);
	check(found.has_id && digest_equal(&found.id, &other), "an id");
	service.text_size = 0;
	add(&service, "id=5");
	add(&service, alias);
	check(!record_of(&service).has_id, "an id that is none");
	service.text_size = 0;
	add(&service, "alias=0123456789abcdef");
	check(!record_of(&service).has_id, "a stranger's alias");
	service.text_size = 0;
	add(&service, id);
	service.text[10] = '\0';
	check(!record_of(&service).has_id, "a NUL in it");
	service.text_size = 0;
	add(&service,
	    "id=0123456789012345678901234567890123456789012345678901234567890"
	    "1234567890123456789012345678901234567890");
	check(!record_of(&service).has_id, "far too long");
}

static void
test_same(void)
{
	struct service a = service_at(AF_INET, "192.0.2.1", 7), b = a;

	check(service_same(&a, &b), "the same");
	b.host[0] = 'H';
	check(service_same(&a, &b), "in another case");
	b.via[0] = 'x';
	check(!service_same(&a, &b), "by another link");
	b = service_at(AF_INET, "192.0.2.1", 8);
	check(!service_same(&a, &b), "another port");
	b = service_at(AF_INET6, "2001:db8::1", 7);
	check(!service_same(&a, &b), "another family");
	a = b;
	check(service_same(&a, &b), "the same of IPv6");
	((struct sockaddr_in6 *)&b.at)->sin6_scope_id = 2;
	check(!service_same(&a, &b), "another zone");
}

int
main(void)
{
	test_addresses();
	test_times();
	test_who();
	test_same();
	alias_table_release(&aliases);
	return failures != 0;
}
