/* SPDX-License-Identifier: ISC */
#include "xfer/shelf.h"

#include "format/limits.h"

/* One is not whole, or cannot be read: the holder says which, if asked. */
static void
note_damage(struct holder *holder, const struct digest *owner,
    const struct digest *id, bool ask)
{
	struct store_key key = {STORE_SNAPSHOTS, *owner, *id};
	struct buf document = {0};

	if (!ask ||
	    holder->calls->get(holder, &key, LIMIT_DOCUMENT, &document) >= 0)
		fail(FAIL_DATA, "a snapshot is not whole");
	if (holder_usable(holder))
		holder_damaged(holder);
	buf_release(&document);
}

/* The holder reads some of them, so that no rot goes unseen. */
static int
check_page(struct shelf *shelf, struct holder *holder,
    const struct digest *owner, const struct digest *id, size_t count)
{
	bool there[LIMIT_REQUEST_IDS], damaged[LIMIT_REQUEST_IDS], ask = true;
	struct question question = {STORE_SNAPSHOTS, *owner, id, count, 0, true,
	    damaged};
	uint8_t state[LIMIT_REQUEST_IDS];
	size_t i;

	if (holder_have(holder, &question, there) != 0)
		return -1;
	for (i = 0; i < count; i++) {
		state[i] = there[i] ? STORE_WHOLE
		    : damaged[i]    ? STORE_DAMAGED
				    : STORE_ABSENT;
		if (there[i])
			continue;
		note_damage(holder, owner, id + i, ask);
		ask = false;
	}
	return buf_append(&shelf->state, span_of(state, count));
}

int
shelf_read(struct shelf *shelf, struct holder *holder,
    const struct digest *owner)
{
	const struct digest *id;
	size_t i, part, count;

	if (holder_list(holder, STORE_SNAPSHOTS, owner, LIMIT_SNAPSHOTS,
		&shelf->ids) != 0)
		return -1;
	digest_sort(&shelf->ids);
	count = shelf->ids.size / sizeof *id;
	id = (const void *)shelf->ids.data;
	for (i = 0; i < count; i += part) {
		part = count - i < LIMIT_REQUEST_IDS ? count - i
						     : LIMIT_REQUEST_IDS;
		if (check_page(shelf, holder, owner, id + i, part) != 0)
			return -1;
	}
	return 0;
}

enum store_state
shelf_state(const struct shelf *shelf, const struct digest *id)
{
	int64_t found = digest_find(span_of_buf(&shelf->ids), id);

	return found < 0 ? STORE_ABSENT : shelf->state.data[found];
}

void
shelf_release(struct shelf *shelf)
{
	buf_release(&shelf->ids);
	buf_release(&shelf->state);
}
