/* SPDX-License-Identifier: ISC */
#include "store/departure.h"

#include <errno.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "store/content.h"

#define PART_SIZE ((size_t)128 << 10) /* whole blocks */

/* From its first byte. */
static void
start(struct departure *departure)
{
	lseek(departure->fd, 0, SEEK_SET);
	departure->tree.count = 0;
	departure->left = departure->size;
}

int
departure_begin(struct departure *departure, const struct content *content,
    const struct store_key *key, size_t limit, struct buf *bytes)
{
	struct content_file file;
	int result = content_open(content, key, limit, &file);

	departure->left = 0;
	departure->in_parts = false;
	if (result <= 0)
		return result;
	departure->size = file.size;
	departure->id = key->id;
	if (content->engine != NULL || file.size <= DEPARTURE_WHOLE)
		return content_take(content, key, &file, bytes);
	departure->fd = file.fd;
	departure->in_parts = true;
	start(departure);
	while (result > 0 && departure->left > 0)
		if (departure_next(departure, bytes) != 0)
			result = -1;
	bytes->size = 0;
	if (result > 0)
		start(departure);
	else
		departure_release(departure);
	return result;
}

int
departure_next(struct departure *departure, struct buf *part)
{
	size_t size = PART_SIZE;
	struct digest root;
	ssize_t got;

	if (size > departure->left)
		size = (size_t)departure->left;
	part->size = 0;
	if (buf_reserve(part, size) != 0)
		return -1;
	got = file_fill(departure->fd, part->data, size);
	if (got < 0)
		return fail_errno("cannot read it to its end");
	part->size = (size_t)got;
	tree_add(&departure->tree, span_of_buf(part));
	departure->left -= size;
	if (departure->left > 0 && part->size == size)
		return 0;
	root = tree_end(&departure->tree);
	if (digest_equal(&root, &departure->id))
		return 0;
	return fail(FAIL_DATA, "it is damaged");
}

void
departure_release(struct departure *departure)
{
	if (departure->in_parts)
		close(departure->fd);
	departure->in_parts = false;
	departure->left = 0;
}

/* What its disk does not give up is damaged, too. */
int
departure_check(const struct content *content, const struct store_key *key,
    size_t limit)
{
	struct departure departure;
	struct buf bytes = {0};
	int got = departure_begin(&departure, content, key, limit, &bytes);

	departure_release(&departure);
	buf_release(&bytes);
	if (got >= 0)
		return got > 0 ? STORE_WHOLE : STORE_ABSENT;
	return fail_last()->kind == FAIL_DATA || fail_last()->error == EIO
	    ? STORE_DAMAGED
	    : -1;
}
