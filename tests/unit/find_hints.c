/* SPDX-License-Identifier: ISC */
/*
 * Found addresses for who speaks to peers: behind the roster's own, for its
 * ids only, and none that must not be dialled.
 */
#include "find/hints.h"

#include "base/base32.h"
#include "find/wanted.h"
#include "format/found_text.h"
#include "peer/roster.h"
#include "scratch.h"

static char alice[BASE32_TEXT], bob[BASE32_TEXT], eve[BASE32_TEXT];

static void
write_file(const char *name, const char *format, ...)
{
	char text[8192];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	scratch_write(scratch(name), span_of_text(text), 0600);
}

/* The addresses of a roster: "name address address ...;" */
static void
has(const struct roster *roster, const char *wanted, const char *what)
{
	struct buf all = {0};
	size_t i, j;

	for (i = 0; i < roster->count; i++) {
		buf_print(&all, "%s", roster->peer[i].name);
		for (j = 0; j < roster->peer[i].addresses; j++)
			buf_print(&all, " %s", roster->peer[i].address[j]);
		buf_print(&all, ";");
	}
	check(is_text(span_of_buf(&all), wanted), "%s", what);
	buf_release(&all);
}

static void
test_roster(void)
{
	struct roster roster = {0};

	write_file("home/peers",
	    "alice %s 8.8.8.1:7117\nbob %s -\ndisk - dir:/disk\n", alice, bob);
	must(hints_load_roster(NULL, &roster) == 0, "no file");
	has(&roster, "alice 8.8.8.1:7117;bob;disk dir:/disk;", "without");
	roster_release(&roster);

	write_file("found",
	    "%s 8.8.8.2:7117\n%s 8.8.8.1:7117\n%s 8.8.8.3:7117\n- "
	    "8.8.8.4:7117\n"
	    "%s 127.0.0.1:7117\n%s 8.8.8.5:80\n%s nas.example:7117\n"
	    "%s ?\n%s 8.8.8.6:7117 gone\n%s 8.8.8.2:7117\n",
	    alice, alice, eve, bob, bob, bob, bob, bob, alice);
	must(hints_load_roster(scratch("found"), &roster) == 0, "found");
	has(&roster,
	    "alice 8.8.8.1:7117 8.8.8.2:7117;bob 8.8.8.6:7117;disk dir:/disk;",
	    "what may be dialled of whom we know");
	roster_release(&roster);
}

/* A record for bob at this address, by this source. */
static void
add_record(struct buf *to, unsigned sources, const char *address)
{
	struct found found = {.has_id = true, .sources = sources};

	must(base32_decode(BASE32_ID, bob, found.id.byte) == 0, "id");
	must(found_text_take_address(address, &found) == 0, address);
	must(found_encode(&found, to) == 0, "encode");
}

/* What the user has typed is in the roster: nobody else's word is that. */
static void
test_claims(void)
{
	struct roster roster = {0};
	struct buf records = {0};

	write_file("home/peers", "bob %s 127.0.0.1:7117\n", bob);
	add_record(&records, FOUND_STATIC, "127.0.0.1:80");
	add_record(&records, FOUND_STATIC, "127.0.0.1:7117");
	add_record(&records, FOUND_STATIC, "224.0.0.251:7117");
	add_record(&records, FOUND_STATIC, "nas.example:7117");
	add_record(&records, FOUND_STATIC | FOUND_EXEC, "8.8.8.8:22");
	add_record(&records, FOUND_STATIC | FOUND_MDNS, "127.0.0.1:7118");
	add_record(&records, FOUND_STATIC, "8.8.8.8:7117");
	scratch_write(scratch("claims"), span_of_buf(&records), 0600);
	buf_release(&records);
	must(hints_load_roster(scratch("claims"), &roster) == 0, "claims");
	has(&roster, "bob 127.0.0.1:7117 8.8.8.8:7117;",
	    "who says that the roster says so is held to the filter");
	roster_release(&roster);
}

static void
test_limit(void)
{
	struct peer peer = {.has_id = true};
	struct buf text = {0};
	int i;

	for (i = 1; i < 100; i++)
		buf_print(&text, "%s 8.8.8.%d:7117\n", alice, i);
	scratch_write(scratch("many"), span_of_buf(&text), 0600);
	buf_release(&text);
	must(base32_decode(BASE32_ID, alice, peer.id.byte) == 0, "id");
	must(hints_load_peer(scratch("many"), &peer) == 0, "load");
	check(peer.addresses == PEER_ADDRESSES + PEER_HINTS,
	    "%zu addresses of one peer", peer.addresses);
	peer_release(&peer);
}

static void
test_bad(void)
{
	struct roster roster = {0};

	write_file("bad", "%s 8.8.8.1:7117\nnonsense\n", bob);
	check_fails(hints_load_roster(scratch("bad"), &roster), FAIL_DATA,
	    "has no address behind it", "nonsense");
	roster_release(&roster);
	check_fails(hints_load_roster(scratch("nothing"), &roster), FAIL_SYSTEM,
	    "cannot open", "no file");
	roster_release(&roster);
	write_file("home/peers", "alice x\n");
	check_fails(hints_load_roster(NULL, &roster), FAIL_USAGE, "peers:1",
	    "a bad roster");
	roster_release(&roster);
}

/* Without a roster nobody is wanted; what is typed wrong is passed over. */
static void
test_wanted(void)
{
	static struct filter filter;
	struct roster roster;
	struct table table = {.roster = &roster, .filter = &filter};

	unlink(scratch("home/peers"));
	must(wanted_load_roster(&roster) == 0, "no roster");
	check(roster.count == 0 && wanted_count(&table) == 0, "nobody");
	write_file("home/peers",
	    "alice %s 127.0.0.1:80,nas.example:7117\nbob %s :7117\n"
	    "disk - dir:/disk\n",
	    alice, bob);
	must(wanted_load_roster(&roster) == 0, "a roster");
	must(wanted_add_typed(&table) == 0, "typed");
	check(table.count == 2, "%zu typed", table.count);
	check(wanted_count(&table) == 2 &&
		wanted_found(&table, ~0u, FOUND_HINT) == 1,
	    "who is found");
	table_release(&table);
	roster_release(&roster);
	setenv("SHARDKIT_HOME", "", 1);
	unsetenv("HOME");
	unsetenv("XDG_CONFIG_HOME");
	check_fails(wanted_load_roster(&roster), FAIL_USAGE,
	    "no configuration folder", "no folder");
	check_fails(hints_load_roster(NULL, &roster), FAIL_USAGE,
	    "no configuration folder", "no folder");
}

int
main(void)
{
	const struct digest id[] = {{{1}}, {{2}}, {{3}}};

	base32_encode(BASE32_ID, id[0].byte, alice);
	base32_encode(BASE32_ID, id[1].byte, bob);
	base32_encode(BASE32_ID, id[2].byte, eve);
	must(mkdir(scratch("home"), 0700) == 0, "folder");
	setenv("SHARDKIT_HOME", scratch("home"), 1);
	must(freopen("/dev/null", "w", stderr) != NULL, "no warnings");
	test_roster();
	test_claims();
	test_limit();
	test_bad();
	test_wanted();
	return failures != 0;
}
