/* SPDX-License-Identifier: ISC */
/*
 * The snapshots that the holders show: each once, each the owner's, in order;
 * what a holder spoils, invents or signs otherwise changes nothing.
 */
#include "xfer/catalog.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/tree.h"
#include "document.h"
#include "peers.h"
#include "xfer/newest.h"

static const uint8_t plain[100];
static struct digest first, second;

static void
load(struct peers *peers, struct catalog *catalog)
{
	struct owner owner = owner_of(1);

	peers_open(peers, 3, HOLDER_READ);
	must(catalog_load(catalog, &peers->holders, &owner.id) == 0, "load");
	catalog_explain(catalog, &peers->holders);
}

static void
release(struct peers *peers, struct catalog *catalog)
{
	catalog_release(catalog);
	peers_close(peers);
}

static void
send(const uint8_t *bytes, uint64_t number, const struct digest *previous,
    struct digest *id)
{
	struct buf stream = stream_of(1, 2, 3, span_of(bytes, 50));
	struct peers peers;

	peers_open(&peers, 3, HOLDER_WRITE);
	must(peers_send(&peers, span_of_buf(&stream), 0, number, previous,
		 id) == 0,
	    "send");
	peers_close(&peers);
	buf_release(&stream);
}

/* Put a document into store `i`, under its own name on the owner's shelf. */
static void
smuggle(int i, struct span document)
{
	struct owner owner = owner_of(1);
	struct store_key key = {STORE_SNAPSHOTS, owner.id, tree_root(document)};
	char name[16];
	struct store *store;

	snprintf(name, sizeof name, "s%d", i);
	store = store_open(scratch(name), STORE_WRITE);
	must(store != NULL && store_put(store, &key, document) == 0 &&
		store_commit(store) == 0,
	    "smuggle");
	store_close(store);
}

static void
test_none(void)
{
	struct catalog catalog;
	struct peers peers;

	peers_open(&peers, 3, HOLDER_WRITE);
	peers_close(&peers);
	load(&peers, &catalog);
	check(catalog.count == 0 && catalog_newest(&catalog, NULL) == NULL,
	    "empty");
	check_fails(catalog_find(&catalog, "latest") ? 0 : -1, FAIL_NO,
	    "no usable peer has snapshot latest", "none");
	release(&peers, &catalog);
}

static void
finds(const struct catalog *catalog, const char *name, const struct digest *id)
{
	const struct catalog_entry *entry = catalog_find(catalog, name);

	check(entry != NULL && digest_equal(&entry->id, id), "%s: %s", name,
	    fail_last()->text);
}

static void
test_two(void)
{
	static const char *const bad[] = {"0", "-1", "", "x", "Latest", "1 ",
	    "id:12345", "18446744073709551615"};
	struct catalog catalog;
	struct peers peers;
	char name[3 + DIGEST_HEX_SIZE] = "id:";
	size_t i;

	load(&peers, &catalog);
	check(catalog.count == 2 && catalog.entry[0].number == 1 &&
		catalog.entry[1].number == 2 &&
		digest_is_zero(&catalog.entry[0].previous) &&
		digest_equal(&catalog.entry[1].previous, &first) &&
		catalog.entry[0].holders == 3 &&
		catalog.entry[1].holders == 3 && catalog.entry[1].size == 50 &&
		catalog.entry[1].stripes == 1 &&
		catalog.entry[1].time == 1700000002,
	    "%zu entries", catalog.count);
	finds(&catalog, "latest", &second);
	finds(&catalog, "2", &second);
	finds(&catalog, "1", &first);
	digest_hex(&first, name + 3);
	finds(&catalog, name, &first);
	name[3 + 8] = '\0';
	finds(&catalog, name, &first);
	check_fails(catalog_find(&catalog, "3") ? 0 : -1, FAIL_NO,
	    "no usable peer has snapshot 3", "3");
	for (i = 0; i < COUNT(bad); i++)
		check_fails(catalog_find(&catalog, bad[i]) ? 0 : -1, FAIL_USAGE,
		    "names no snapshot", bad[i]);
	release(&peers, &catalog);
}

/* One holder has lost the newest, another shows it damaged. */
static void
test_damage(void)
{
	struct owner owner = owner_of(1);
	struct buf document = {0}, whole = {0};
	struct catalog catalog;
	struct peers peers;

	unlink(peers_path(0, STORE_SNAPSHOTS, &second));
	must(file_read(peers_path(1, STORE_SNAPSHOTS, &second), 9999, &whole) ==
		0,
	    "read");
	whole.data[9] ^= 1;
	scratch_write(peers_path(1, STORE_SNAPSHOTS, &second),
	    span_of_buf(&whole), 0600);
	load(&peers, &catalog);
	check(catalog.count == 2 && catalog.unread_count == 0 &&
		catalog.entry[1].holders == 1 &&
		catalog.entry[0].holders == 3 &&
		peers.holders.holder[1].damaged == 1,
	    "%zu holders have it", catalog.entry[1].holders);
	finds(&catalog, "latest", &second);
	check(catalog_get(&peers.holders, &owner.id, &second, &document) == 0 &&
		document.size == whole.size,
	    "get: %s", fail_last()->text);
	unlink(peers_path(2, STORE_SNAPSHOTS, &second));
	check_fails(catalog_get(&peers.holders, &owner.id, &second, &document),
	    FAIL_NO, "no usable peer gives the snapshot any more", "gone");
	release(&peers, &catalog);
	whole.data[9] ^= 1;
	smuggle(2, span_of_buf(&whole));
	unlink(peers_path(1, STORE_SNAPSHOTS, &second));
	buf_release(&document);
	buf_release(&whole);
}

/* Flip a bit of the only one that is left, or flip it back. */
static void
flip_second(void)
{
	struct buf bytes = {0};
	const char *path = peers_path(2, STORE_SNAPSHOTS, &second);

	must(file_read(path, 9999, &bytes) == 0, "read");
	bytes.data[9] ^= 1;
	scratch_write(path, span_of_buf(&bytes), 0600);
	buf_release(&bytes);
}

/* What nobody gives whole is not there, but it is known of. */
static void
test_unread(void)
{
	char name[3 + DIGEST_HEX_SIZE] = "id:";
	struct catalog catalog;
	struct peers peers;

	flip_second();
	load(&peers, &catalog);
	check(catalog.count == 1 && catalog.unread_count == 1 &&
		digest_equal(&catalog.unread->id, &second) &&
		catalog.unread->witnesses == 1 && catalog.unread->number == 0,
	    "%zu entries, %zu unread", catalog.count, catalog.unread_count);
	digest_hex(&second, name + 3);
	check(catalog_find_unread(&catalog, name) == 0, "by its id");
	name[3 + 6] = '\0';
	check(catalog_find_unread(&catalog, name) == 0, "by six digits");
	name[3 + 5] = '\0';
	check(catalog_find_unread(&catalog, name) < 0, "five may be chance");
	check(catalog_find_unread(&catalog, "2") < 0, "it has no number");
	release(&peers, &catalog);
	flip_second();
}

/* Under right names, but not the owner's or no snapshots at all. */
static void
test_strangers(void)
{
	struct buf stranger = document_of(RECORD_SNAPSHOT, 2),
		   hello = document_of(RECORD_SNAPSHOT, 1),
		   index = document_of(RECORD_INDEX, 1);
	struct catalog catalog;
	struct peers peers;

	smuggle(0, span_of_buf(&stranger));
	smuggle(1, span_of_buf(&hello));
	smuggle(2, span_of_buf(&index));
	smuggle(2, span_of_text("no document"));
	smuggle(2, span_of("", 0));
	load(&peers, &catalog);
	check(catalog.count == 2, "%zu entries", catalog.count);
	check(catalog.unread_count == 5, "%zu that nobody can read",
	    catalog.unread_count);
	finds(&catalog, "latest", &second);
	release(&peers, &catalog);
	buf_release(&stranger);
	buf_release(&hello);
	buf_release(&index);
}

/* A holder gives the newest snapshot its other signature (r, n - s). */
static void
test_malleated(void)
{
	struct buf document = {0};
	struct catalog catalog;
	struct peers peers;

	must(file_read(peers_path(2, STORE_SNAPSHOTS, &second), 9999,
		 &document) == 0,
	    "read");
	document_malleate(&document);
	smuggle(0, span_of_buf(&document));
	load(&peers, &catalog);
	check(catalog.count == 2, "one holder has made a second snapshot 2");
	finds(&catalog, "latest", &second);
	release(&peers, &catalog);
	buf_release(&document);
}

/* A holder whose shelf cannot be read is lost, the others' shelves do. */
static void
test_broken_shelf(void)
{
	char *path = strdup(peers_path(1, STORE_SNAPSHOTS, &first));
	struct catalog catalog;
	struct peers peers;

	must(path != NULL, "memory");
	*strrchr(path, '/') = '\0';
	tree_remove(path);
	scratch_write(path, span_of_text("no folder"), 0600);
	load(&peers, &catalog);
	check(!holder_usable(&peers.holders.holder[1]) &&
		holders_usable(&peers.holders) == 2,
	    "it is usable");
	finds(&catalog, "1", &first);
	unlink(path);
	free(path);
	release(&peers, &catalog);
}

/* The owner's own fork: two machines with one secret. */
static void
test_fork(void)
{
	struct digest other;
	struct catalog catalog;
	struct peers peers;

	send(plain + 1, 2, &second, &other);
	load(&peers, &catalog);
	check_fails(catalog_find(&catalog, "latest") ? 0 : -1, FAIL_DATA,
	    "two snapshots are called 'latest'", "latest");
	check_fails(catalog_find(&catalog, "2") ? 0 : -1, FAIL_DATA,
	    "two snapshots are called '2'", "2");
	finds(&catalog, "1", &first);
	release(&peers, &catalog);
}

/* Snapshot 3 is missing, 5 does not name 4. */
static void
test_gaps(void)
{
	struct digest fourth, fifth;
	struct catalog catalog;
	struct peers peers;

	send(plain, 4, &second, &fourth);
	send(plain, 5, &second, &fifth);
	load(&peers, &catalog);
	check(catalog.count == 5, "%zu entries", catalog.count);
	finds(&catalog, "4", &fourth);
	finds(&catalog, "latest", &fifth);
	release(&peers, &catalog);
}

/* What a list of up to three, {1, 2, number/id}, is to one who has seen. */
static int
check_shown(const char *path, uint64_t number, uint8_t id)
{
	struct catalog_entry entry[] = {
	    {.number = 1, .id = {{8}}},
	    {.number = 2, .id = {{9}}},
	    {.number = number, .id = {{id}}},
	};
	struct catalog catalog = {.entry = entry, .count = number == 0 ? 0 : 3};

	return catalog_check_newest(&catalog, path);
}

static void
test_rollback(void)
{
	const char *path = scratch("newest");
	struct newest seen;

	check(check_shown(path, 0, 0) == 0, "nothing was seen or shown");
	check(check_shown(path, 4, 1) == 0, "the first: %s", fail_last()->text);
	check(check_shown(path, 4, 1) == 0, "again: %s", fail_last()->text);
	check_fails(check_shown(path, 3, 1), FAIL_DATA,
	    "shows is 3, but 4 was there before", "an older one");
	check_fails(check_shown(path, 0, 0), FAIL_DATA,
	    "shows is 0, but 4 was there before", "none");
	check_fails(check_shown(path, 4, 2), FAIL_DATA,
	    "newest snapshot, 4, is another than", "another fourth");
	newest_load(path, &seen);
	check(seen.number == 4 && seen.id.byte[0] == 1, "what was seen");
	check(check_shown(path, 5, 2) == 0, "a newer: %s", fail_last()->text);
	newest_load(path, &seen);
	check(seen.number == 5 && seen.id.byte[0] == 2, "what was seen then");
	check(check_shown("no/such/folder", 5, 1) == 0, "cannot be written");
}

/* The last that was not dropped is the newest, for all but the next number. */
static void
test_dropped(void)
{
	struct catalog_entry entry[] = {
	    {.number = 1, .id = {{1}}},
	    {.number = 2, .id = {{2}}},
	    {.number = 2, .id = {{3}}, .dropped = true},
	    {.number = 3, .id = {{4}}, .dropped = true},
	};
	struct catalog catalog = {.entry = entry, .count = 4};
	const bool without[] = {false, true, false, false};
	const char *path = scratch("newest-dropped");
	struct newest seen = {3, entry[3].id};

	check(catalog_newest(&catalog, NULL) == &entry[1], "the newest");
	check(catalog_newest(&catalog, without) == &entry[0], "but for one");
	check(catalog_last(&catalog) == &entry[3], "the last");
	check(catalog_find(&catalog, "latest") == &entry[1], "the latest");
	check(catalog_find(&catalog, "3") == &entry[3], "who says its number");
	must(newest_save(path, &seen) == 0, "save");
	check_fails(catalog_check_newest(&catalog, path), FAIL_DATA,
	    "shows is 2, but 3 was there before", "not known as dropped");
	must(buf_append(&catalog.dropped, span_of_digest(&seen.id)) == 0,
	    "buf");
	catalog.count = 3;
	check(catalog_check_newest(&catalog, path) == 0,
	    "what was dropped is not missed: %s", fail_last()->text);
	newest_load(path, &seen);
	check(seen.number == 2 && seen.id.byte[0] == 2, "what was seen");
	entry[0].dropped = entry[1].dropped = true;
	check_fails(catalog_find(&catalog, "latest") ? 0 : -1, FAIL_NO,
	    "no snapshot is latest: all that peers still show were dropped",
	    "latest");
	buf_release(&catalog.dropped);
}

/* What is said of a list of snapshots with these numbers. */
static char *
explained(const uint64_t *number, size_t count)
{
	struct catalog_entry entry[60] = {{.number = 0}};
	struct catalog catalog = {.entry = entry, .count = count};
	struct holders holders = {.count = 0};
	static char said[4096];
	int file = open(scratch("said"), O_RDWR | O_CREAT | O_TRUNC, 0600),
	    before = dup(STDERR_FILENO);
	ssize_t size;
	size_t i;

	for (i = 0; i < count; i++)
		entry[i] = (struct catalog_entry){.number = number[i],
		    .id = {{(uint8_t)(i + 1)}}};
	must(dup2(file, STDERR_FILENO) >= 0, "stderr");
	catalog_explain(&catalog, &holders);
	must(dup2(before, STDERR_FILENO) >= 0, "stderr again");
	size = pread(file, said, sizeof said - 1, 0);
	must(size >= 0, "read");
	said[size] = '\0';
	close(file);
	close(before);
	return said;
}

static size_t
lines_with(const char *said, const char *words)
{
	size_t count = 0;

	while ((said = strstr(said, words)) != NULL) {
		said += strlen(words);
		count++;
	}
	return count;
}

/* However many a thief of the identity has made, some are told by name. */
static void
test_many(void)
{
	uint64_t number[60];
	char *said;
	size_t i;

	for (i = 0; i < 60; i++)
		number[i] = 7;
	said = explained(number, 60);
	check(lines_with(said, "\n") == 1 &&
		strstr(said, "60 snapshots have the number 7: ") != NULL,
	    "%s", said);
	for (i = 0; i < 60; i++)
		number[i] = 1 + i / 2 * 2; /* no chain */
	said = explained(number, 60);
	check(lines_with(said, "two snapshots have the number") == 5 &&
		strstr(said, "two snapshots have the number 9: ") != NULL &&
		strstr(said, "25 other numbers are those of sev") != NULL &&
		lines_with(said, "\n") == 6,
	    "%s", said);
	for (i = 0; i < 60; i++)
		number[i] = 1 + i;
	said = explained(number, 60);
	check(lines_with(said, " does not follow the ") == 5 &&
		strstr(said, "snapshot 6 does not follow the 5 that") != NULL &&
		strstr(said, "54 other snapshots do not follow") != NULL &&
		lines_with(said, "\n") == 6,
	    "%s", said);
	said = explained(number, 6); /* no more than are shown */
	check(lines_with(said, "\n") == 5, "%s", said);
	check(explained(number, 1)[0] == '\0', "of one: %s", said);
}

int
main(void)
{
	test_none();
	send(plain, 1, NULL, &first);
	send(plain, 2, &first, &second);
	test_two();
	test_damage();
	test_unread();
	test_strangers();
	test_malleated();
	test_broken_shelf();
	test_fork();
	test_gaps();
	test_rollback();
	test_dropped();
	log_start("test", LOG_WARN);
	test_many();
	return failures != 0;
}
