/* SPDX-License-Identifier: ISC */
#include "find/emit.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base32.h"
#include "base/fail.h"
#include "format/message.h"
#include "net/address.h"

/* Of the id, in the names of services: no word about machine or user. */
#define PREFIX 8

struct emit {
	char id[BASE32_TEXT];
	char name[sizeof "shardkit-" + PREFIX]; /* of the machine */
	const struct address *address;
	struct buf *to;
};

__attribute__((format(printf, 2, 3))) static int
add(const struct emit *emit, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return buf_append(emit->to, span_of_text(text));
}

static int
emit_avahi(const struct emit *emit)
{
	return add(emit,
	    "<?xml version=\"1.0\" standalone=\"no\"?>\n"
	    "<!-- /etc/avahi/services/shardkit.service -->\n"
	    "<!DOCTYPE service-group SYSTEM \"avahi-service.dtd\">\n"
	    "<service-group>\n"
	    "  <name>%s</name>\n"
	    "  <service>\n"
	    "    <type>" MESSAGE_SERVICE "</type>\n"
	    "    <port>%s</port>\n"
	    "    <txt-record>txtvers=1</txt-record>\n"
	    "    <txt-record>id=%s</txt-record>\n"
	    "  </service>\n"
	    "</service-group>\n",
	    emit->name, emit->address->port, emit->id);
}

static int
emit_dnssd(const struct emit *emit)
{
	return add(emit,
	    "# /etc/systemd/dnssd/shardkit.dnssd; needs MulticastDNS=yes\n"
	    "[Service]\n"
	    "Name=%s\n"
	    "Type=" MESSAGE_SERVICE "\n"
	    "Port=%s\n"
	    "TxtText=txtvers=1 id=%s\n",
	    emit->name, emit->address->port, emit->id);
}

/* An ip gets a name of its own; a name is taken to have its addresses. */
static int
emit_zone(const struct emit *emit)
{
	const char *host = emit->address->host, *dot = "";
	const char *name = emit->name;
	struct in6_addr ip;
	bool v4 = inet_pton(AF_INET, host, &ip) == 1;
	bool v6 = inet_pton(AF_INET6, host, &ip) == 1;

	if (*host == '\0')
		return fail(FAIL_USAGE, "a zone needs a host: ':%s' has none",
		    emit->address->port);
	if (!v4 && !v6) {
		name = host;
		dot = host[strlen(host) - 1] == '.' ? "" : ".";
	} else if (add(emit, "%s 3600 IN %s %s\n", name, v4 ? "A" : "AAAA",
		       host) != 0) {
		return -1;
	}
	return add(emit,
	    MESSAGE_SERVICE " 3600 IN SRV 0 0 %s %s%s\n"
			    "%s%s 3600 IN TXT \"txtvers=1\" \"id=%s\"\n",
	    emit->address->port, name, dot, name, dot, emit->id);
}

static int
emit_serf(const struct emit *emit)
{
	return add(emit, "serf tags -set id=%s -set port=%s\n", emit->id,
	    emit->address->port);
}

static int
emit_k8s(const struct emit *emit)
{
	return add(emit,
	    "# One for all holders. Each pod has these in its metadata:\n"
	    "#   labels: {app: shardkit}\n"
	    "#   annotations: {shardkit/id: \"%s\", shardkit/port: \"%s\"}\n"
	    "# and is found by: peer-find -e contrib/find/kubectl\n"
	    "apiVersion: v1\n"
	    "kind: Service\n"
	    "metadata:\n"
	    "  name: shardkit\n"
	    "spec:\n"
	    "  clusterIP: None\n"
	    "  selector: {app: shardkit}\n"
	    "  ports: [{name: shardkit, protocol: TCP, port: %s}]\n",
	    emit->id, emit->address->port, emit->address->port);
}

static const struct {
	const char *kind;
	int (*emit)(const struct emit *emit);
} kinds[] = {{"avahi", emit_avahi}, {"dnssd", emit_dnssd}, {"zone", emit_zone},
    {"serf", emit_serf}, {"k8s", emit_k8s}};

int
emit_snippet(const char *kind, const struct digest *id,
    const struct address *address, struct buf *to)
{
	struct emit emit = {.address = address, .to = to};
	size_t i;
	char *letter;

	base32_encode(BASE32_ID, id->byte, emit.id);
	snprintf(emit.name, sizeof emit.name, "shardkit-%.8s", emit.id);
	for (letter = emit.name; *letter != '\0'; letter++)
		*letter = (char)tolower((unsigned char)*letter);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].emit(&emit);
	return fail(FAIL_USAGE,
	    "--emit '%s' is not one of avahi, dnssd, zone, serf, k8s", kind);
}
