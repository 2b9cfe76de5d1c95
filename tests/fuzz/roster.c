/* SPDX-License-Identifier: ISC */
/*
 * A roster: what loads, printed and loaded again, is printed the same.
 */
#include "peer/roster.h"

#include "base/base32.h"
#include "fuzz.h"

static void
add(struct buf *to, const char *before, const char *text)
{
	must(buf_append(to, span_of_text(before)) == 0);
	must(buf_append(to, span_of_text(text)) == 0);
}

static void
add_number(struct buf *to, const char *before, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%llu", (unsigned long long)number);
	if (number > 0)
		add(to, before, text);
}

static void
print_peer(const struct peer *peer, struct buf *to)
{
	char id[BASE32_TEXT] = "-";
	size_t i;

	if (peer->has_id)
		base32_encode(BASE32_ID, peer->id.byte, id);
	add(to, peer->name, " ");
	add(to, id, " ");
	for (i = 0; i < peer->addresses; i++)
		add(to, i ? "," : "", peer->address[i]);
	add_number(to, " store=", peer->store);
	add_number(to, " give=", peer->give);
	if (peer->site != NULL)
		add(to, " site=", peer->site);
	add(to, "\n", "");
}

/* Load it, and print it if it loads. */
static bool
reprint(struct span text, struct buf *to)
{
	int fd = memory_of(text);
	struct roster roster;
	bool loads = roster_load(memory_path(fd), &roster) == 0;
	size_t i;

	for (i = 0; i < roster.count; i++)
		print_peer(&roster.peer[i], to);
	must(loads || roster.count == 0);
	roster_release(&roster);
	close(fd);
	return loads;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = {0}, twice = {0};

	if (size < 4000 && reprint(span_of(data, size), &once)) {
		must(reprint(span_of_buf(&once), &twice));
		must(span_equal(span_of_buf(&once), span_of_buf(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
	return 0;
}
