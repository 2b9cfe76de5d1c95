/* SPDX-License-Identifier: ISC */
#include "format/found_text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "base/fail.h"
#include "format/found_json.h"

#define BLANKS " \t\r"

static const char *const source_name[] = {"static", "mdns", "dns", "exec",
    "exchange", "cache", "stale", "gone"};

static const char *const trust_name[] = {"hint", "signed", "wanted", "proved"};

void
found_text_address(const struct found *found,
    char text[static FOUND_TEXT_ADDRESS])
{
	char ip[INET6_ADDRSTRLEN] = "";

	if (!found_has_address(found)) {
		strcpy(text, "?");
	} else if (found->ip_size == 0) {
		snprintf(text, FOUND_TEXT_ADDRESS, "%s:%u", found->host,
		    found->port);
	} else if (found->ip_size == 4) {
		inet_ntop(AF_INET, found->ip, ip, sizeof ip);
		snprintf(text, FOUND_TEXT_ADDRESS, "%s:%u", ip, found->port);
	} else {
		inet_ntop(AF_INET6, found->ip, ip, sizeof ip);
		snprintf(text, FOUND_TEXT_ADDRESS, "[%s%s%s]:%u", ip,
		    found->zone[0] ? "%" : "", found->zone, found->port);
	}
}

void
found_text_sources(unsigned sources, char text[static FOUND_TEXT_SOURCES])
{
	size_t i, size = 0;

	text[0] = '\0';
	for (i = 0; i < sizeof source_name / sizeof *source_name; i++)
		if (sources & (1u << i))
			size += (size_t)snprintf(text + size,
			    FOUND_TEXT_SOURCES - size, "%s%s", size ? "," : "",
			    source_name[i]);
}

static int
take_port(const char *text, const char *whole, struct found *found)
{
	size_t length = strspn(text, "0123456789");
	long port = strtol(text, NULL, 10);

	if (text[length] != '\0' || length < 1 || length > 5 || port < 1 ||
	    port > UINT16_MAX)
		return fail(FAIL_DATA,
		    "the port of '%s' is not a number from 1 to 65535", whole);
	found->port = (uint16_t)port;
	return 0;
}

/* `host` up to a '%' is the ip, behind it the zone. */
static bool
take_v6(char *host, struct found *found)
{
	char *percent = strchr(host, '%');

	if (percent != NULL) {
		*percent++ = '\0';
		if (!found_is_name(percent) ||
		    strlen(percent) >= sizeof found->zone)
			return false;
		strcpy(found->zone, percent);
	}
	found->ip_size = 16;
	return inet_pton(AF_INET6, host, found->ip) == 1 &&
	    !IN6_IS_ADDR_V4MAPPED((struct in6_addr *)(void *)found->ip);
}

static bool
take_host(const char *host, struct found *found)
{
	if (inet_pton(AF_INET, host, found->ip) == 1) {
		found->ip_size = 4;
		return true;
	}
	if (!found_is_name(host))
		return false;
	strcpy(found->host, host);
	return true;
}

int
found_text_take_address(const char *text, struct found *found)
{
	const char *colon = strrchr(text, ':');
	char host[sizeof found->host];
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);
	bool v6 = length > 2 && text[0] == '[' && colon[-1] == ']', taken;

	if (length == 0 || length >= sizeof host)
		return fail(FAIL_DATA,
		    "'%.80s' is not of the form host:port or [ipv6]:port",
		    text);
	memcpy(host, text, length);
	host[v6 ? length - 1 : length] = '\0';
	taken = v6 ? take_v6(host + 1, found) : take_host(host, found);
	if (!taken)
		return fail(FAIL_DATA, "'%.80s' has no proper host", text);
	return take_port(colon + 1, text, found);
}

int
found_text_take_id(const char *text, struct found *found)
{
	struct failure reason;

	found->has_id = *text != '\0' && strcmp(text, "-") != 0;
	if (!found->has_id ||
	    base32_decode(BASE32_ID, text, found->id.byte) == 0)
		return 0;
	reason = *fail_last();
	return fail(FAIL_DATA, "'%.80s' is not an id: %s", text, reason.text);
}

static int
write_line(const struct found *found, const char *id, const char *address,
    const char *name, struct buf *to)
{
	char sources[FOUND_TEXT_SOURCES], rtt[24] = "-", line[512];

	found_text_sources(found->sources, sources);
	if (found->rtt_us != 0)
		snprintf(rtt, sizeof rtt, "%u.%03u ms", found->rtt_us / 1000,
		    found->rtt_us % 1000);
	snprintf(line, sizeof line, "%s\t%s\t%s\t%s\t%s\t%s\n", id, address,
	    sources[0] ? sources : "-", trust_name[found->trust], rtt,
	    name ? name : "-");
	return buf_append(to, span_of_text(line));
}

/* All its fields but the first `less`. */
static int
write_row(enum report_style style, const struct found *found, const char *id,
    const char *address, const char *name, size_t less, struct buf *to)
{
	char sources[FOUND_TEXT_SOURCES];

	found_text_sources(found->sources, sources);
	struct report_field field[] = {
	    {"record", "found", 0, false, 0},
	    {"id", id, 0, false, 0},
	    {"address", address, 0, false, 0},
	    {"sources", sources, 0, false, 0},
	    {"trust", NULL, found->trust, true, 0},
	    {"rtt_us", NULL, found->rtt_us, true, 0},
	    {"name", name ? name : "", 0, false, 0},
	    {"host", found->host, 0, false, 0},
	    {"via", found->via, 0, false, 0},
	    {"seen", NULL, found->seen, true, 0},
	    {"ttl", NULL, found->ttl, true, 0},
	    {"priority", NULL, found->priority, true, 0},
	    {"weight", NULL, found->weight, true, 0},
	};

	return report_row(style, field + less,
	    sizeof field / sizeof *field - less, to);
}

static void
name_it(const struct found *found, char id[static BASE32_TEXT],
    char address[static FOUND_TEXT_ADDRESS])
{
	strcpy(id, "-");
	if (found->has_id)
		base32_encode(BASE32_ID, found->id.byte, id);
	found_text_address(found, address);
}

int
found_text_write(enum report_style style, const struct found *found,
    const char *name, struct buf *to)
{
	char id[BASE32_TEXT], address[FOUND_TEXT_ADDRESS];

	if (style == REPORT_CBOR)
		return found_encode(found, to);
	name_it(found, id, address);
	return style == REPORT_JSON
	    ? write_row(style, found, id, address, name, 1, to)
	    : write_line(found, id, address, name, to);
}

int
found_text_row(enum report_style style, const struct found *found,
    struct buf *to)
{
	char id[BASE32_TEXT], address[FOUND_TEXT_ADDRESS];

	name_it(found, id, address);
	return write_row(style, found, id, address, NULL, 0, to);
}

/* Who was looked for and not found is no news. */
static int
read_words(char *line, struct found *found)
{
	char *rest, *id = strtok_r(line, BLANKS, &rest), *address;

	if (id == NULL || *id == '#')
		return 0;
	address = strtok_r(NULL, BLANKS, &rest);
	if (address == NULL)
		return fail(FAIL_DATA, "'%.80s' has no address behind it", id);
	if (strcmp(address, "?") == 0)
		return 0;
	if (found_text_take_id(id, found) != 0)
		return -1;
	return found_text_take_address(address, found) == 0 ? 1 : -1;
}

int
found_text_read(struct span line, struct found *found)
{
	char text[LIMIT_FOUND + 1];

	*found = (struct found){0};
	if (line.size > LIMIT_FOUND || memchr(line.data, '\0', line.size))
		return fail(FAIL_DATA, "a line is too long, or not text");
	memcpy(text, line.data, line.size);
	text[line.size] = '\0';
	if (text[strspn(text, BLANKS)] == '{')
		return found_json_read(text, found);
	return read_words(text, found);
}
