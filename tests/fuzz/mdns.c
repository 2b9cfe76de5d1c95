/* SPDX-License-Identifier: ISC */
/*
 * Packets of multicast, some of them after one another, each with its length
 * in front: what is held and told stays within its limits, and a responder
 * that is asked or contested writes what can be read.
 */
#include "fuzz.h"
#include "net/claim.h"
#include "net/heard.h"

static int
check_service(void *context, const struct service *service)
{
	struct span id;

	(void)context;
	must(strlen(service->instance) > 0 && service->text_size <= 400);
	if (service_value(service, "id", &id))
		must(id.data >= service->text &&
		    id.data + id.size <= service->text + service->text_size);
	must(service->at.ss_family == AF_INET ||
	    service->at.ss_family == AF_INET6);
	return 0;
}

static void
check_written(struct span packet)
{
	struct dns_record record;
	struct dns_read read;
	int more;

	must(dns_read_open(&read, packet) == 0);
	while ((more = dns_read_record(&read, &record)) > 0)
		;
	must(more == 0);
}

static void
check_claim(struct span packet)
{
	static struct claim claim = {.port = 7117};
	uint8_t to[CLAIM_PACKET];
	size_t size;

	must(claim_name(&claim, "_shardkit._tcp", "fuzz", 1) == 0);
	claim_judge(&claim, packet);
	size = claim_write_legacy(&claim, packet, to);
	must(size <= sizeof to);
	if (size > 0)
		check_written(span_of(to, size));
}

static void
check_heard(struct heard *heard, struct span packet, int64_t now)
{
	uint8_t to[512];
	struct dns_write write;

	must(records_take(&heard->records, 1, packet, now % 2 == 0, now) == 0);
	must(heard->records.count <= RECORDS_MOST);
	dns_write_open(&write, to, sizeof to, 0, 0);
	heard_ask(heard, 1, now, &write);
	heard_ask_known(heard, 1, now, &write);
	check_written(span_of(to, write.size));
	must(heard_tell(heard, now, check_service, NULL) == 0);
	must(heard_forget(heard, now + 700, check_service, NULL) == 0);
	must(heard->count <= SERVICES_MOST);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct heard heard;
	struct dns_name local, type;
	int64_t now = 0;
	size_t length;

	must(dns_name_parse("local", &local) == 0);
	must(dns_name_below("_shardkit._tcp", &local, &type) == 0);
	heard_init(&heard, &type);
	while (size >= 2) {
		length = (size_t)data[0] << 8 | data[1];
		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		check_claim(span_of(data, length));
		check_heard(&heard, span_of(data, length), now++ * 400);
		data += length;
		size -= length;
	}
	heard_release(&heard);
	return 0;
}
