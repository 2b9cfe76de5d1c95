/* SPDX-License-Identifier: ISC */
#include "net/service.h"

#include <netinet/in.h>
#include <string.h>
#include <strings.h>

/* The next character-string of `*text` (RFC 1035 section 3.3). */
static bool
next_string(struct span *text, struct span *string)
{
	if (text->size == 0 || text->data[0] >= text->size)
		return false;
	*string = span_of(text->data + 1, text->data[0]);
	text->data += 1 + string->size;
	text->size -= 1 + string->size;
	return true;
}

bool
service_value(const struct service *service, const char *key,
    struct span *value)
{
	struct span text = span_of(service->text, service->text_size), string;
	size_t size = strlen(key);

	while (next_string(&text, &string)) {
		if (string.size < size ||
		    strncasecmp((const char *)string.data, key, size) != 0)
			continue;
		if (string.size == size) {
			*value = span_of(string.data + size, 0);
			return true;
		}
		if (string.data[size] != '=')
			continue;
		*value =
		    span_of(string.data + size + 1, string.size - size - 1);
		return true;
	}
	return false;
}

size_t
service_add_text(uint8_t text[static SERVICE_TEXT], size_t size,
    struct span strings)
{
	struct span string;

	while (next_string(&strings, &string) &&
	    1 + string.size <= SERVICE_TEXT - size) {
		memcpy(text + size, string.data - 1, 1 + string.size);
		size += 1 + string.size;
	}
	return size;
}

static bool
same_address(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
	const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return a4->sin_port == b4->sin_port &&
		    a4->sin_addr.s_addr == b4->sin_addr.s_addr;
	return a6->sin6_port == b6->sin6_port &&
	    a6->sin6_scope_id == b6->sin6_scope_id &&
	    memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof a6->sin6_addr) == 0;
}

bool
service_same(const struct service *a, const struct service *b)
{
	return same_address(&a->at, &b->at) &&
	    strcasecmp(a->instance, b->instance) == 0 &&
	    strcasecmp(a->host, b->host) == 0 && strcmp(a->via, b->via) == 0;
}
