/* SPDX-License-Identifier: ISC */
/*
 * DNS messages: names that are none, messages that are cut short, that loop
 * or lie about their sizes; then what Avahi sends, and what we write.
 */
#include "net/dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"

/* A header with one question, or one answer. */
#define QUESTION "0000 0000 0001 0000 0000 0000"
#define ANSWER "0000 8400 0000 0001 0000 0000"

static void
names_that_are_none(void)
{
	static const char *const bad[] = {".a", "a..b", "..", "a.\\", "\\1",
	    "\\12", "\\256", "\\2a6",
	    "a23456789.b23456789.c23456789.d23456789.e23456789.f23456789."
	    "g23456789.h23456789.i23456789.j23456789.k23456789.l23456789."
	    "m23456789.n23456789.o23456789.p23456789.q23456789.r23456789."
	    "s23456789.t23456789.u23456789.v23456789.w23456789.x23456789."
	    "y23456789.z23456",
	    "a234567890123456789012345678901234567890123456789012345678901234"};
	struct dns_name name;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check_fails(dns_name_parse(bad[i], &name), FAIL_USAGE,
		    "is not a domain name", bad[i]);
}

static void
names_that_are_some(void)
{
	static const char *const good[][3] = {{".", "", "."}, {"", "", "."},
	    {"a", "01 61", "a"}, {"a.", "01 61", "a"},
	    {"_shardkit._tcp.local",
		"09 5f73686172646b6974 04 5f746370 05 6c6f63616c",
		"_shardkit._tcp.local"},
	    {"a\\.b.c", "03 612e62 01 63", "a\\.b.c"},
	    {"a\\\\", "02 615c", "a\\\\"}, {"\\065", "01 41", "A"},
	    {"b\\195\\164r\\032", "05 62c3a47220", "b\\195\\164r\\032"},
	    {"\\000", "01 00", "\\000"}};
	char text[DNS_TEXT], hex[200];
	struct dns_name name;
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		must(dns_name_parse(good[i][0], &name) == 0, good[i][0]);
		snprintf(hex, sizeof hex, "%s00", good[i][1]);
		check(is_hex(span_of(name.byte, name.size), hex), "bytes of %s",
		    good[i][0]);
		dns_name_text(&name, text);
		check(strcmp(text, good[i][2]) == 0, "%s is '%s'", good[i][0],
		    text);
	}
}

static struct dns_name
named(const char *text)
{
	struct dns_name name;

	must(dns_name_parse(text, &name) == 0, text);
	return name;
}

static void
names_compared(void)
{
	struct dns_name type = named("_x._tcp.local"), name, other;
	char label[DNS_LABEL_TEXT], longest[DNS_TEXT];

	other = named("_X._TCP.Local");
	check(dns_name_equal(&type, &other), "case matters");
	other = named("_x._tcp.loca1");
	check(!dns_name_equal(&type, &other), "another name is the same");
	check(!dns_name_is_child(&type, &type), "a name is its own child");
	must(dns_name_below("box\\.1", &type, &name) == 0, "a child");
	check(dns_name_is_child(&name, &type), "a child is none");
	dns_name_label(&name, label);
	check(strcmp(label, "box\\.1") == 0, "the label is '%s'", label);
	must(dns_name_below("sub", &name, &other) == 0, "a grandchild");
	check(!dns_name_is_child(&other, &type), "a grandchild is a child");
	name = named(".");
	check(!dns_name_is_child(&name, &name), "the root is its own child");
	memset(longest, 'a', sizeof longest);
	for (int i = 1; i < 4; i++)
		longest[i * 60] = '.';
	longest[253 - 14] = '\0';
	check(dns_name_below(longest, &type, &name) == 0 &&
		name.size == DNS_NAME,
	    "a name of 255 bytes");
	strcat(longest, "a");
	check_fails(dns_name_below(longest, &type, &name), FAIL_USAGE,
	    "too long", "a name of 256 bytes");
}

/* All questions, and all records with what they say. */
static int
read_all(struct span message)
{
	struct sockaddr_storage at;
	struct dns_question question;
	struct dns_record record;
	struct dns_name name;
	struct dns_read read;
	struct dns_srv srv;
	struct span text;
	int more;

	if (dns_read_open(&read, message) != 0)
		return -1;
	while ((more = dns_read_question(&read, &question)) > 0)
		;
	while (more == 0 && (more = dns_read_record(&read, &record)) > 0)
		switch (record.type) {
		case DNS_PTR:
			more = dns_read_name(&read, &record, &name);
			break;
		case DNS_SRV:
			more = dns_read_srv(&read, &record, &srv);
			break;
		case DNS_TXT:
			more = dns_read_text(&record, &text);
			break;
		case DNS_A:
		case DNS_AAAA:
			more = dns_read_address(&record, &at);
			break;
		default:
			more = 0;
		}
	return more;
}

static void
messages_that_are_none(void)
{
	static const char *const bad[][3] = {{"nothing", "", "cut short"},
	    {"half a header", "0000 8400 0000", "cut short"},
	    {"no question", QUESTION, "cut short"},
	    {"half a question", QUESTION "01 61 00 00 01 00", "cut short"},
	    {"a label without end", QUESTION "05 61 62", "cut short"},
	    {"a name without end", QUESTION "01 61", "cut short"},
	    {"half a pointer", QUESTION "c0", "cut short"},
	    {"a pointer to itself", QUESTION "c00c 0001 0001", "forward"},
	    {"a pointer to its own label", QUESTION "01 61 c00c 0001 0001",
		"forward"},
	    {"a pointer forward", QUESTION "c010 0001 0001 00", "forward"},
	    {"a pointer beyond", QUESTION "ffff 0001 0001", "forward"},
	    {"a label of 64 bytes", QUESTION "40 61 00 0001 0001", "strange"},
	    {"a label of another kind", QUESTION "80 61 00 0001 0001",
		"strange"},
	    {"no record", ANSWER, "cut short"},
	    {"a record of 10 bytes less one", ANSWER "00 0001 8001 00000078 00",
		"cut short"},
	    {"data that is not there",
		ANSWER "00 0001 8001 00000078 0004 0a0000", "cut short"},
	    {"an address of 3 bytes",
		ANSWER "00 0001 8001 00000078 0003 0a0000", "that is none"},
	    {"an address of 15 bytes",
		ANSWER
		"00 001c 8001 00000078 000f 000000000000000000000000000000",
		"that is none"},
	    {"an SRV of 5 bytes",
		ANSWER "00 0021 8001 00000078 0005 0000000000", "cut short"},
	    {"an SRV whose target goes on",
		ANSWER "00 0021 8001 00000078 0008 000000000000 01 61 00",
		"another size"},
	    {"an SRV with more behind it",
		ANSWER "00 0021 8001 00000078 0008 000000000000 00 00",
		"another size"},
	    {"a PTR to nothing", ANSWER "00 000c 8001 00000078 0000",
		"cut short"},
	    {"a text of more than there is",
		ANSWER "00 0010 8001 00000078 0003 01 61 01", "text cut"}};
	struct buf message;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		message = (struct buf){0};
		unhex(bad[i][1], &message);
		check_fails(read_all(span_of_buf(&message)), FAIL_DATA,
		    bad[i][2], bad[i][0]);
		buf_release(&message);
	}
}

/* A chain of so many pointers, each to the one before, is one name. */
static int
read_chain(int pointers)
{
	struct buf message = {0};
	struct dns_record record;
	struct dns_read read;
	uint8_t pointer[2];
	int i, result;

	unhex("0000 0000 0000 0001 0000 0000", &message);
	unhex("00 00ff 0001 00000000", &message);
	pointer[0] = 0;
	pointer[1] = (uint8_t)(2 * pointers);
	buf_append(&message, span_of(pointer, 2));
	for (i = 0; i < pointers; i++) {
		pointer[0] = 0xc0;
		pointer[1] = (uint8_t)(i == 0 ? 12 : 23 + 2 * (i - 1));
		buf_append(&message, span_of(pointer, 2));
	}
	buf_append(&message, span_of(pointer, 0));
	must(dns_read_open(&read, span_of_buf(&message)) == 0, "a header");
	must(dns_read_record(&read, &record) == 1, "a record");
	record.data = span_of(read.message.data + read.message.size - 2, 2);
	result = dns_read_name(&read, &record, &record.name);
	buf_release(&message);
	return result;
}

static void
names_that_hop(void)
{
	check(read_chain(DNS_HOPS) == 0, "32 pointers: %s", fail_last()->text);
	check_fails(read_chain(DNS_HOPS + 1), FAIL_DATA, "too many pointers",
	    "33 pointers");
}

/* Five labels of 63 bytes make 320, whichever way they are pointed at. */
static void
names_that_grow(void)
{
	struct buf message = {0};
	char label[130] = "3f";
	int i;

	memset(label + 2, '6', 126);
	unhex("0000 0000 0002 0000 0000 0000", &message);
	for (i = 0; i < 3; i++)
		unhex(label, &message);
	unhex("00 0001 0001", &message);
	unhex(label, &message);
	unhex("c00c 0001 0001", &message);
	check_fails(read_all(span_of_buf(&message)), FAIL_DATA, "too long",
	    "a name of 257 bytes");
	buf_release(&message);
}

/* As Avahi 0.8 answers a PTR question, compressed, type and host ours. */
static const char avahi[] =
    "0000 8400 0000 0001 0000 0004"
    "09 5f73686172646b6974 04 5f746370 05 6c6f63616c 00"
    "000c 0001 00001194 0007 04 626f7831 c00c"
    "c02c 0021 8001 00000078 000d 000a 003c 1d13 04 626f7831 c01b"
    "c02c 0010 8001 00001194 000a 09 747874766572733d31"
    "c045 001c 8001 00000078 0010 fd770000000000000000000000000001"
    "c045 0001 8001 00000078 0004 0a4d0001";

static void
what_avahi_sends(void)
{
	static const uint16_t type[] = {DNS_PTR, DNS_SRV, DNS_TXT, DNS_AAAA,
	    DNS_A};
	struct sockaddr_storage at;
	struct dns_record record;
	struct dns_name name;
	struct buf message = {0};
	char text[DNS_TEXT];
	struct dns_read read;
	struct dns_srv srv;
	struct span strings;
	int i;

	unhex(avahi, &message);
	must(dns_read_open(&read, span_of_buf(&message)) == 0, "a header");
	check(read.flags == (DNS_RESPONSE | DNS_AUTHORITATIVE), "flags");
	for (i = 0; i < 5; i++) {
		must(dns_read_record(&read, &record) == 1, "a record");
		check(record.type == type[i] && record.class == DNS_IN,
		    "record %d is of type %u", i, record.type);
		check(record.section == (i == 0 ? 0 : 2), "section of %d", i);
		check(record.flush == (i > 0), "flush of %d", i);
		dns_name_text(&record.name, text);
		if (i == 0) {
			must(dns_read_name(&read, &record, &name) == 0, "PTR");
			check(dns_name_is_child(&name, &record.name), "PTR");
		} else if (i == 1) {
			must(dns_read_srv(&read, &record, &srv) == 0, "SRV");
			check(srv.priority == 10 && srv.weight == 60 &&
				srv.port == 7443,
			    "SRV");
			check(strcmp(text, "box1._shardkit._tcp.local") == 0,
			    "SRV of %s", text);
		} else if (i == 2) {
			must(dns_read_text(&record, &strings) == 0, "TXT");
			check(is_text(strings, "\ttxtvers=1"), "TXT");
		} else {
			must(dns_read_address(&record, &at) == 0, "address");
			check(strcmp(text, "box1.local") == 0, "of %s", text);
		}
	}
	check(at.ss_family == AF_INET &&
		((struct sockaddr_in *)&at)->sin_addr.s_addr ==
		    inet_addr("10.77.0.1"),
	    "the address");
	check(dns_read_record(&read, &record) == 0, "a sixth record");
	buf_release(&message);
}

/* Every beginning of a message is refused, or gives less. */
static void
cut_anywhere(void)
{
	struct buf message = {0};
	size_t size;

	unhex(avahi, &message);
	check(read_all(span_of_buf(&message)) == 0, "the whole message");
	for (size = 0; size < message.size; size++)
		check_fails(read_all(span_of(message.data, size)), FAIL_DATA,
		    "", "a message cut short");
	buf_release(&message);
}

/* What is written is read again; what does not fit is not written at all. */
static void
what_we_write(void)
{
	uint8_t bytes[512], before[512];
	struct dns_question question = {named("_x._tcp.local"), DNS_PTR, DNS_IN,
	    true};
	struct dns_record record = {.name = named("a._x._tcp.local"),
	    .type = DNS_SRV,
	    .class = DNS_IN,
	    .flush = true,
	    .ttl = 120};
	struct dns_srv srv = {1, 2, 3, named("host.local")}, srv2;
	struct dns_question question2;
	struct dns_record record2;
	struct dns_write write;
	struct dns_read read;
	size_t size;
	int count = 0;

	dns_write_open(&write, bytes, sizeof bytes, 7, DNS_RESPONSE);
	must(dns_write_question(&write, &question) == 0, "a question");
	while (dns_write_srv(&write, &record, &srv) == 0) {
		count++;
		size = write.size;
		memcpy(before, bytes, size);
	}
	check(count > 5 && write.size == size &&
		memcmp(before, bytes, size) == 0,
	    "a record too many left something behind");
	must(dns_read_open(&read, span_of(bytes, write.size)) == 0, "a header");
	check(read.id == 7 && read.flags == DNS_RESPONSE, "id and flags");
	must(dns_read_question(&read, &question2) == 1, "its question");
	check(question2.unicast && question2.type == DNS_PTR &&
		question2.class == DNS_IN &&
		dns_name_equal(&question2.name, &question.name),
	    "its question");
	for (; count > 0; count--) {
		must(dns_read_record(&read, &record2) == 1, "its record");
		must(dns_read_srv(&read, &record2, &srv2) == 0, "its data");
		check(record2.ttl == 120 && record2.flush &&
			dns_name_equal(&record2.name, &record.name) &&
			srv2.priority == 1 && srv2.weight == 2 &&
			srv2.port == 3 &&
			dns_name_equal(&srv2.target, &srv.target),
		    "its record");
	}
	check(dns_read_record(&read, &record2) == 0, "one record more");
}

int
main(void)
{
	names_that_are_none();
	names_that_are_some();
	names_compared();
	messages_that_are_none();
	names_that_hop();
	names_that_grow();
	what_avahi_sends();
	cut_anywhere();
	what_we_write();
	return failures != 0;
}
