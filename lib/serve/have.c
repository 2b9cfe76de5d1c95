/* SPDX-License-Identifier: ISC */
#include "serve/have.h"

#include "base/fail.h"
#include "format/limits.h"
#include "format/message.h"
#include "net/stay.h"
#include "store/store.h"

static struct digest
id_of(const struct request *request, size_t i)
{
	return digest_from(request->ids.data + i * sizeof(struct digest));
}

/* Copies of one shard have one id: where that stands first. */
static size_t
first_of(const struct request *request, size_t i)
{
	struct digest id = id_of(request, i), other;
	size_t first;

	for (first = 0; first < i; first++) {
		other = id_of(request, first);
		if (digest_equal(&other, &id))
			break;
	}
	return first;
}

static int
look(const struct have *have, const struct request *request, size_t i)
{
	struct store_key key = {(enum store_shelf)request->shelf,
	    request->owner, id_of(request, i)};
	size_t size = (size_t)request->size;

	if (request->body.size == 0)
		return store_has(have->store, &key, size);
	if (stay_check(have->stay) != 0)
		return -1;
	return store_check(have->store, &key, size, LIMIT_SHARD_SIZE_MAX);
}

int
have_answer(const struct have *have, const struct request *request,
    struct buf *body)
{
	size_t i, first, count = request->ids.size / sizeof(struct digest);
	uint8_t there;
	int has;

	for (i = 0; i < count; i++) {
		first = first_of(request, i);
		has = first < i ? body->data[first] : look(have, request, i);
		if (has < 0)
			return -1;
		there = (uint8_t)has;
		if (buf_append(body, span_of(&there, 1)) != 0)
			return -1;
	}
	return 0;
}
