/* SPDX-License-Identifier: ISC */
/* What people and programs get to see: the table, and snippets of --emit. */
#include "find/show.h"

#include <fcntl.h>

#include "check.h"
#include "find/emit.h"
#include "format/found_read.h"
#include "format/found_text.h"
#include "net/address.h"
#include "peer/roster.h"
#include "scratch.h"

static char name[2][8] = {"alice", "bob"};
static struct peer peer[2] = {{.name = name[0], .has_id = true, .id = {{1}}},
    {.name = name[1], .has_id = true, .id = {{2}}}};
static struct roster roster = {peer, 2};
static struct filter filter;
static struct table table = {.roster = &roster,
    .filter = &filter,
    .now = 1700000000,
    .sorted = true};

static void
add(int who, const char *address)
{
	struct found found = {.has_id = who >= 0,
	    .sources = FOUND_DNS,
	    .seen = 1700000000};

	if (who >= 0)
		found.id = peer[who].id;
	must(found_text_take_address(address, &found) == 0, address);
	must(table_add(&table, &found) == 1, address);
}

/* All that a file has, from its second column of text on. */
static void
columns(int fd, const char *wanted, const char *what)
{
	char line[512];
	struct buf all = {0};
	FILE *file = fdopen(fd, "r");

	must(file != NULL, "fdopen");
	rewind(file);
	while (fgets(line, sizeof line, file) != NULL)
		buf_print(&all, "%s", strchr(line, '\t') + 1);
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	fclose(file);
	buf_release(&all);
}

static int
count(void *context, struct found *found)
{
	(void)found;
	++*(int *)context;
	return 0;
}

static void
test_show(void)
{
	int fd = memfd_create("text", 0), records = 0;

	add(0, "8.8.8.1:7117");
	add(-1, "8.8.8.2:7117");
	must(show_all(&table, REPORT_TEXT, fd) == 0, "text");
	columns(fd,
	    "8.8.8.1:7117\tdns\twanted\t-\talice\n"
	    "8.8.8.2:7117\tdns\thint\t-\t-\n"
	    "?\tstatic\twanted\t-\tbob\n",
	    "the best first, the missing last");
	fd = memfd_create("cbor", 0);
	must(show_all(&table, REPORT_CBOR, fd) == 0, "cbor");
	lseek(fd, 0, SEEK_SET);
	must(found_read_open(fd, "cbor", count, &records) == 0, "read");
	check(records == 3, "%d records", records);
	close(fd);
	fd = memfd_create("one", 0);
	must(show_one(&table, REPORT_TEXT, &table.record[0]->found, fd) == 0,
	    "one");
	columns(fd, "8.8.8.2:7117\tdns\thint\t-\t-\n", "one");
	fd = open("/dev/full", O_WRONLY);
	check_fails(show_all(&table, REPORT_TEXT, fd), FAIL_SYSTEM, "write",
	    "a full disk");
	check_fails(show_one(&table, REPORT_TEXT, &table.record[0]->found, fd),
	    FAIL_SYSTEM, "write", "a full disk");
	close(fd);
	table.forbidden = table.crowded = 1;
	show_passed_over(&table);
}

/* What is emitted for an address has these words. */
static void
emits(const char *kind, const char *at, const char *words)
{
	struct address address;
	struct buf text = {0};

	must(address_parse(at, &address) == 0, at);
	must(emit_snippet(kind, &peer[0].id, &address, &text) == 0, kind);
	check(memmem(text.data, text.size, words, strlen(words)) != NULL,
	    "%s at %s has no '%s': %.*s", kind, at, words, (int)text.size,
	    (char *)text.data);
	buf_release(&text);
}

static void
test_emit(void)
{
	struct address address;
	struct buf text = {0};

	emits("avahi", ":7199", "<port>7199</port>");
	emits("dnssd", ":7199", "Port=7199\nTxtText=txtvers=1 id=");
	emits("serf", ":7199", "port=7199");
	emits("k8s", ":7199", "port: 7199");
	emits("zone", "192.0.2.1:7199", " 3600 IN A 192.0.2.1\n");
	emits("zone", "[2001:db8::1]:7199", " 3600 IN AAAA 2001:db8::1\n");
	emits("zone", "nas.example:7199", "SRV 0 0 7199 nas.example.\n");
	emits("zone", "nas.example.:7199", "SRV 0 0 7199 nas.example.\n");
	must(address_parse(":7199", &address) == 0, "address");
	check_fails(emit_snippet("zone", &peer[0].id, &address, &text),
	    FAIL_USAGE, "a zone needs a host", "no host");
	check_fails(emit_snippet("bind", &peer[0].id, &address, &text),
	    FAIL_USAGE, "is not one of", "no kind");
	buf_release(&text);
}

int
main(void)
{
	test_show();
	test_emit();
	table_release(&table);
	return failures != 0;
}
