/* SPDX-License-Identifier: ISC */
/*
 * DNS messages of strangers: every name is one that text can say and that is
 * read back, every record lies within the message, and what is read can be
 * written and read again as the same.
 */
#include "net/dns.h"

#include "fuzz.h"

static void
check_name(const struct dns_name *name)
{
	char text[DNS_TEXT], label[DNS_LABEL_TEXT];
	struct dns_name again;

	must(name->size >= 1 && name->size <= DNS_NAME);
	dns_name_text(name, text);
	must(strlen(text) < DNS_TEXT);
	dns_name_label(name, label);
	must(strlen(label) < DNS_LABEL_TEXT);
	must(dns_name_parse(text, &again) == 0 && again.size == name->size &&
	    memcmp(again.byte, name->byte, again.size) == 0);
}

/* Write the record alone into a message of its own, and read that. */
static void
check_written(const struct dns_record *record, const struct dns_srv *srv,
    const struct dns_name *name)
{
	uint8_t bytes[2048];
	struct dns_record again;
	struct dns_write write;
	struct dns_read read;
	struct dns_name name2;
	struct dns_srv srv2;
	int result;

	dns_write_open(&write, bytes, sizeof bytes, 1, 2);
	result = srv != NULL ? dns_write_srv(&write, record, srv)
	    : name != NULL   ? dns_write_name(&write, record, name)
			     : dns_write_data(&write, record);
	if (result != 0)
		return;
	must(dns_read_open(&read, span_of(bytes, write.size)) == 0);
	must(dns_read_record(&read, &again) == 1);
	must(dns_name_equal(&again.name, &record->name));
	must(again.type == record->type && again.class == record->class &&
	    again.flush == record->flush && again.ttl == record->ttl &&
	    again.section == record->section);
	if (srv != NULL)
		must(dns_read_srv(&read, &again, &srv2) == 0 &&
		    dns_name_equal(&srv->target, &srv2.target) &&
		    srv->port == srv2.port);
	else if (name != NULL)
		must(dns_read_name(&read, &again, &name2) == 0 &&
		    dns_name_equal(name, &name2));
	else
		must(span_equal(again.data, record->data));
	must(dns_read_record(&read, &again) == 0);
}

static void
check_record(const struct dns_read *read, const struct dns_record *record)
{
	struct sockaddr_storage at;
	struct dns_name name;
	struct dns_srv srv;
	struct span text;

	check_name(&record->name);
	must(record->data.data >= read->message.data &&
	    record->data.data + record->data.size <=
		read->message.data + read->message.size);
	check_written(record, NULL, NULL);
	if (dns_read_name(read, record, &name) == 0) {
		check_name(&name);
		check_written(record, NULL, &name);
	}
	if (dns_read_srv(read, record, &srv) == 0) {
		check_name(&srv.target);
		check_written(record, &srv, NULL);
	}
	if (dns_read_text(record, &text) == 0)
		must(span_equal(text, record->data));
	if (dns_read_address(record, &at) == 0)
		must(at.ss_family ==
		    (record->type == DNS_A ? AF_INET : AF_INET6));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_question question;
	struct dns_record record;
	struct dns_read read;

	if (dns_read_open(&read, span_of(data, size)) != 0)
		return 0;
	while (dns_read_question(&read, &question) > 0)
		check_name(&question.name);
	while (dns_read_record(&read, &record) > 0)
		check_record(&read, &record);
	return 0;
}
