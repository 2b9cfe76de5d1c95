/* SPDX-License-Identifier: ISC */
/* The roster: what is wrong with a line, and what good ones say. */
#include "peer/roster.h"

#include "fixture.h"
#include "scratch.h"

#define ID_A "0001081G81860J-W40J2GB1G6GW3B-RG2491650N2RBX-HG68T3CE1T7GZ8"

/* A roster whose last line is faulty, and the reason. */
static const struct {
	const char *text;
	unsigned line;
	const char *reason;
} bad[] = {
    {"a", 1, "'a' has no id"},
    {"\n\n# x\na", 4, "'a' has no id"},
    {"a -", 1, "'a' has no address"},
    {"a - # dir:/a", 1, "'a' has no address"},
    {"a! - dir:/a", 1, "the name 'a!' has a '!'"},
    {"a/b - dir:/a", 1, "the name 'a/b' has a '/'"},
    {"\xc3\xa9 - dir:/a", 1, "letters, digits and '._-' make names"},
    {"a x dir:/a", 1, "'x' is not an id: line 1 has 1 characters"},
    {"a 1" ID_A " h:1", 1, "is not an id: line 1 has 15 characters"},
    {"a -- dir:/a", 1, "'--' is not an id"},
    {"a - dir:a", 1, "'a' is not an absolute path"},
    {"a - dir:", 1, "'' is not an absolute path"},
    {"a - h:1", 1, "'a' needs an id: only dir: peers have none"},
    {"a - dir:/a,h:1", 1, "'a' needs an id"},
    {"a - DIR:/a", 1, "'a' needs an id"},
    {"a " ID_A " dir:/a", 1, "the id of a dir: peer is '-'"},
    {"a " ID_A " h:1,dir:/a", 1, "the id of a dir: peer is '-'"},
    {"a - dir:/a,", 1, "'a' has an empty address"},
    {"a - ,dir:/a", 1, "'a' has an empty address"},
    {"a - dir:/a,,dir:/b", 1, "'a' has an empty address"},
    {"a " ID_A " a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1", 1,
	"'a' has more than 8 addresses"},
    {"a - dir:/a x", 1, "'x' is not key=value"},
    {"a - dir:/a dir:/b", 1, "'dir:/b' is not key=value"},
    {"a - dir:/a x=1", 1, "unknown key 'x' (store, give, site, watch)"},
    {"a - dir:/a Store=1", 1, "unknown key 'Store'"},
    {"a - dir:/a =1", 1, "unknown key ''"},
    {"a - dir:/a store=", 1, "store '' is not a number from 1 to"},
    {"a - dir:/a store=0", 1, "store '0' is not a number from 1 to"},
    {"a - dir:/a store=-1", 1, "store '-1' is not a number"},
    {"a - dir:/a store=8388608T", 1, "is not a number from 1 to 92233720"},
    {"a - dir:/a give=x", 1, "give 'x' is not a number from 1 to"},
    {"a - dir:/a give=0", 1, "give '0' is not a number from 1 to"},
    {"a - dir:/a site=x site=y", 1, "'site' is given twice"},
    {"a - dir:/a store=1 store=2", 1, "'store' is given twice"},
    {"a - dir:/a give=1 give=2", 1, "'give' is given twice"},
    {"a - dir:/a watch=maybe", 1, "watch is 'yes' or 'no', not 'maybe'"},
    {"a - dir:/a watch=", 1, "watch is 'yes' or 'no', not ''"},
    {"a - dir:/a watch=yes watch=no", 1, "'watch' is given twice"},
    {"a - dir:/a\na - dir:/b", 2, "the name 'a' is taken"},
    {"a - dir:/a\nb - dir:/a", 2, "the address is that of 'a'"},
    {"a - dir:/x,dir:/a\n\nb - dir:/b,dir:/x", 3, "the address is that of"},
    {"a " ID_A " h:1\nb " ID_A " h:2\n", 2, "the id is that of 'a'"},
    {"a - dir:/a\nb - dir:/b\nc", 3, "'c' has no id"},
};

static void
test_bad_line(const char *text, unsigned line, const char *reason)
{
	const char *path = scratch("peers");
	struct roster roster;
	char words[PATH_MAX];

	scratch_write(path, span_of_text(text), 0600);
	snprintf(words, sizeof words, "%s:%u: ", path, line);
	check_fails(roster_load(path, &roster), FAIL_USAGE, words, text);
	check_fails(-1, FAIL_USAGE, reason, text);
	check(roster.peer == NULL && roster.count == 0, "something is left");
}

static void
test_bad_files(void)
{
	static char large[(1 << 20) + 2];
	struct roster roster;
	struct buf many = {0};
	char line[64];
	int i;

	check_fails(roster_load(scratch("none"), &roster), FAIL_USAGE,
	    "there is no roster", "no file");
	check(strstr(fail_last()->hint, "dir:/mnt/disk1") != NULL, "its hint");
	check_fails(roster_load(scratch(""), &roster), FAIL_USAGE,
	    "is not a regular file", "a folder");
	scratch_write(scratch("nul"), span_of("a - dir:/a\0", 11), 0600);
	check_fails(roster_load(scratch("nul"), &roster), FAIL_DATA,
	    "is not a text file", "a NUL");
	memset(large, '\n', sizeof large - 1);
	scratch_write(scratch("large"), span_of_text(large), 0600);
	check_fails(roster_load(scratch("large"), &roster), FAIL_DATA,
	    "is longer than 1048576 bytes", "a large file");
	for (i = 0; i <= ROSTER_PEERS; i++) {
		snprintf(line, sizeof line, "p%d - dir:/%d\n", i, i);
		buf_append(&many, span_of_text(line));
	}
	buf_append(&many, span_of("", 1));
	test_bad_line((char *)many.data, 1001, "more than 1000 peers");
	buf_release(&many);
}

static void
load(const char *text, struct roster *roster)
{
	scratch_write(scratch("peers"), span_of_text(text), 0600);
	check(roster_load(scratch("peers"), roster) == 0, "%s: %s", text,
	    fail_last()->text);
}

static void
test_good(void)
{
	static const char text[] = "# my disks\n\n"
				   "disk.1\t-  dir:/mnt/a,dir:/mnt/b  # two\r\n"
				   "  B_-9 " ID_A " h.example:7,[::1]:7 "
				   "store=500G watch=yes give=7K site=home\n"
				   "c - dir:/ site=home store=1 watch=no";
	struct roster roster;
	const struct peer *peer;
	int i;

	load(text, &roster);
	if (!check(roster.count == 3, "%zu peers", roster.count))
		return;
	peer = roster.peer;
	check(strcmp(peer[0].name, "disk.1") == 0 && !peer[0].has_id &&
		peer[0].addresses == 2 &&
		strcmp(peer[0].address[0], "dir:/mnt/a") == 0 &&
		strcmp(peer[0].address[1], "dir:/mnt/b") == 0 &&
		peer[0].store == 0 && peer[0].give == 0 && peer[0].site == NULL,
	    "the first");
	check(strcmp(peer[1].name, "B_-9") == 0 && peer[1].has_id &&
		peer[1].addresses == 2 &&
		strcmp(peer[1].address[1], "[::1]:7") == 0 &&
		peer[1].store == UINT64_C(500) << 30 && peer[1].give == 7168 &&
		strcmp(peer[1].site, "home") == 0 && peer[1].watch,
	    "the second");
	for (i = 0; i < 32; i++)
		check(peer[1].id.byte[i] == i, "byte %d of the id", i);
	check(strcmp(peer[2].name, "c") == 0 && peer[2].store == 1 &&
		!peer[2].watch,
	    "c");
	roster_release(&roster);
	check(roster.peer == NULL && roster.count == 0, "released");
}

static void
test_empty(void)
{
	static const char *const none[] = {"", "\n", "#", "  \t\r\n# a - b\n"};
	struct roster roster;
	size_t i;

	for (i = 0; i < COUNT(none); i++) {
		load(none[i], &roster);
		check(roster.count == 0, "'%s' has peers", none[i]);
		roster_release(&roster);
	}
}

int
main(void)
{
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		test_bad_line(bad[i].text, bad[i].line, bad[i].reason);
	test_bad_files();
	test_good();
	test_empty();
	return failures != 0;
}
