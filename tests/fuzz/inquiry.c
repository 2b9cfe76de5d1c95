/* SPDX-License-Identifier: ISC */
/*
 * Answers of a DNS server to the first queries of an inquiry, each with its
 * length in front: whatever it says, the next queries can be written, and what
 * is told is an endpoint.
 */
#include "net/inquiry.h"

#include "fuzz.h"

static int
check_service(void *context, const struct service *service)
{
	struct span id;

	(void)context;
	must(service->ttl > 0 && service->text_size <= SERVICE_TEXT);
	must(strlen(service->host) > 0);
	if (service_value(service, "id", &id))
		must(id.data >= service->text &&
		    id.data + id.size <= service->text + service->text_size);
	must(service->at.ss_family == AF_INET ||
	    service->at.ss_family == AF_INET6);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct inquiry inquiry;
	uint8_t to[INQUIRY_QUERY];
	struct dns_name name;
	size_t length, i;
	int result = 0;

	must(dns_name_parse("_shardkit._tcp.backup.test", &name) == 0);
	inquiry_init(&inquiry, &name, "192.0.2.7:53");
	while (size >= 2 && result >= 0) {
		length = (size_t)data[0] << 8 | data[1];
		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		result = inquiry_take(&inquiry, span_of(data, length));
		must(inquiry.answers <= inquiry.asks);
		data += length;
		size -= length;
	}
	for (i = 0; i < inquiry.asks; i++)
		must(inquiry_query(&inquiry, i, to) <= sizeof to);
	must(inquiry_tell(&inquiry, check_service, NULL) == 0);
	inquiry_release(&inquiry);
	return 0;
}
