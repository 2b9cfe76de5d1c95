/* SPDX-License-Identifier: ISC */
/*
 * Pieces: every one of shards of all shapes leads to the tree root that BLAKE3
 * and the tree hash make, and nothing else does.
 */
#include "crypto/piece.h"

#include "check.h"

#define BLOCK TREE_BLOCK_SIZE

static uint8_t input[6 * TREE_BLOCK_SIZE];
static const size_t sizes[] = {0, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049,
    3 * 1024, 5 * 1024 + 1, 15 * 1024, BLOCK - 1, BLOCK, BLOCK + 1,
    BLOCK + 1024, 2 * BLOCK, 2 * BLOCK + 3000, 3 * BLOCK, 5 * BLOCK + 1025,
    sizeof input};

/* What a peer could send for piece `index`, and none of it is taken. */
static void
test_spoilt(const struct digest *root, size_t size, uint64_t index,
    struct span piece, struct digest *path, size_t count)
{
	uint8_t other[PIECE_SIZE + 1] = {0};
	size_t i;

	if (piece.size > 0)
		memcpy(other, piece.data, piece.size);
	check(!piece_check(root, size, index, span_of(other, piece.size + 1),
		  path, count),
	    "%zu bytes, piece %zu: a byte more", size, (size_t)index);
	if (piece.size > 0) {
		check(!piece_check(root, size, index,
			  span_of(other, piece.size - 1), path, count),
		    "%zu bytes, piece %zu: a byte less", size, (size_t)index);
		other[piece.size / 2] ^= 1;
		check(!piece_check(root, size, index,
			  span_of(other, piece.size), path, count),
		    "%zu bytes, piece %zu: a bit flipped", size, (size_t)index);
	}
	check(!piece_check(root, size, index + 1, piece, path, count),
	    "%zu bytes: piece %zu for the next", size, (size_t)index);
	check(count == 0 ||
		!piece_check(root, size, index, piece, path, count - 1),
	    "%zu bytes, piece %zu: a short path", size, (size_t)index);
	check(!piece_check(root, size, index, piece, path, count + 1),
	    "%zu bytes, piece %zu: a long path", size, (size_t)index);
	for (i = 0; i < count; i++) {
		path[i].byte[7] ^= 1;
		check(!piece_check(root, size, index, piece, path, count),
		    "%zu bytes, piece %zu: digest %zu", size, (size_t)index, i);
		path[i].byte[7] ^= 1;
	}
}

static void
test_size(size_t size)
{
	struct digest root = tree_root(span_of(input, size));
	struct digest path[PIECE_PATH_MAX + 1] = {0};
	struct span piece;
	uint64_t i;
	size_t count, sum = 0;

	for (i = 0; i < piece_count(size); i++) {
		piece = piece_of(span_of(input, size), i);
		sum += piece.size;
		count = piece_path(span_of(input, size), i, path);
		check(piece_check(&root, size, i, piece, path, count),
		    "%zu bytes: piece %zu is not taken", size, (size_t)i);
		if (i < 3 || i + 3 > piece_count(size))
			test_spoilt(&root, size, i, piece, path, count);
	}
	check(sum == size, "%zu bytes are in pieces of %zu", size, sum);
}

/* No number that a peer may send makes it go astray. */
static void
test_absurd(void)
{
	static const uint64_t odd[] = {0, 1, 1024, 1025, UINT64_MAX / 2,
	    UINT64_MAX - 1, UINT64_MAX};
	static const struct digest path[PIECE_PATH_MAX], root;
	size_t s, i, count;

	for (s = 0; s < COUNT(odd); s++)
		for (i = 0; i < COUNT(odd); i++)
			for (count = 0; count <= PIECE_PATH_MAX; count += 4)
				check(!piece_check(&root, odd[s], odd[i],
					  span_of(input, PIECE_SIZE), path,
					  count),
				    "size %zu, piece %zu", s, i);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof input; i++)
		input[i] = (uint8_t)(i * 31 + (i >> 8) * 7 + (i >> 14));
	for (i = 0; i < COUNT(sizes); i++)
		test_size(sizes[i]);
	test_absurd();
	return failures != 0;
}
