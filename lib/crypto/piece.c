/* SPDX-License-Identifier: ISC */
#include "crypto/piece.h"

#include <assert.h>
#include <string.h>

#include "crypto/secret.h"

#define PER_BLOCK (TREE_BLOCK_SIZE / PIECE_SIZE)
#define WORDS 16 /* of what is compressed at once */
#define STEP 64	 /* the same, in bytes */
#define ROUNDS 7

/* The flags of BLAKE3, table 3 of its specification. */
enum {
	CHUNK_START = 1,
	CHUNK_END = 2,
	PARENT = 4,
	ROOT = 8,
	KEYED_HASH = 16
};

static const uint32_t initial[4] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
    0xa54ff53a};

static const uint8_t permutation[WORDS] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12,
    5, 9, 14, 15, 8};

/* A node of BLAKE3's tree: the digest that stands for all below it. */
struct node {
	uint32_t word[8];
};

static uint32_t
load(const uint8_t *byte)
{
	return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 |
	    (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

static struct node
node_of(const uint8_t byte[static 32])
{
	struct node node;
	size_t i;

	for (i = 0; i < 8; i++)
		node.word[i] = load(byte + 4 * i);
	return node;
}

static struct digest
digest_of(const struct node *node)
{
	struct digest digest;
	size_t i;

	for (i = 0; i < sizeof digest; i++)
		digest.byte[i] = (uint8_t)(node->word[i / 4] >> (i % 4 * 8));
	return digest;
}

static uint32_t
turn(uint32_t word, unsigned by)
{
	return word >> by | word << (32 - by);
}

static void
mix(uint32_t *v, size_t a, size_t b, size_t c, size_t d, uint32_t x, uint32_t y)
{
	v[a] += v[b] + x;
	v[d] = turn(v[d] ^ v[a], 16);
	v[c] += v[d];
	v[b] = turn(v[b] ^ v[c], 12);
	v[a] += v[b] + y;
	v[d] = turn(v[d] ^ v[a], 8);
	v[c] += v[d];
	v[b] = turn(v[b] ^ v[c], 7);
}

static void
mix_all(uint32_t *v, const uint32_t *m)
{
	size_t i;

	for (i = 0; i < 4; i++)
		mix(v, i, i + 4, i + 8, i + 12, m[2 * i], m[2 * i + 1]);
	for (i = 0; i < 4; i++)
		mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4,
		    m[8 + 2 * i], m[8 + 2 * i + 1]);
}

/* Section 2.2 of the specification. `message` is used up. */
static struct node
compress(const struct node *from, uint32_t message[static WORDS], size_t size,
    uint64_t counter, uint32_t flags)
{
	uint32_t v[WORDS], next[WORDS];
	struct node to;
	size_t i, round;

	memcpy(v, from->word, sizeof from->word);
	memcpy(v + 8, initial, sizeof initial);
	v[12] = (uint32_t)counter;
	v[13] = (uint32_t)(counter >> 32);
	v[14] = (uint32_t)size;
	v[15] = flags;
	for (round = 0; round < ROUNDS; round++) {
		mix_all(v, message);
		for (i = 0; i < WORDS; i++)
			next[i] = message[permutation[i]];
		memcpy(message, next, sizeof next);
	}
	for (i = 0; i < 8; i++)
		to.word[i] = v[i] ^ v[i + 8];
	return to;
}

/* The next bytes of a piece, zeroes behind them. */
static void
load_step(const uint8_t *bytes, size_t size, uint32_t message[static WORDS])
{
	uint8_t step[STEP] = {0};
	size_t i;

	if (size > 0)
		memcpy(step, bytes, size);
	for (i = 0; i < WORDS; i++)
		message[i] = load(step + 4 * i);
}

/* Piece number `index` of its block; `flags` may have ROOT. */
static struct node
hash_piece(struct span piece, uint64_t index, uint32_t flags)
{
	struct node node = node_of(tree_leaf_key.byte);
	uint32_t message[WORDS], now = KEYED_HASH | CHUNK_START;
	size_t at = 0, size;

	do {
		size = piece.size - at < STEP ? piece.size - at : STEP;
		load_step(piece.data + at, size, message);
		if (at + size == piece.size)
			now |= CHUNK_END | flags;
		node = compress(&node, message, size, index, now);
		now = KEYED_HASH;
		at += size;
	} while (at < piece.size);
	return node;
}

static struct node
hash_parent(const struct node *left, const struct node *right, uint32_t flags)
{
	struct node key = node_of(tree_leaf_key.byte);
	uint32_t message[WORDS];

	memcpy(message, left->word, sizeof left->word);
	memcpy(message + 8, right->word, sizeof right->word);
	return compress(&key, message, STEP, 0, KEYED_HASH | PARENT | flags);
}

/* The bytes below the left side of a node: a power of two of pieces. */
static size_t
left_size(size_t size)
{
	size_t left = PIECE_SIZE;

	while (left < size - left)
		left *= 2;
	return left;
}

/* The node over `bytes`, which begin with piece `index` of their block. */
static struct node
hash_pieces(struct span bytes, uint64_t index)
{
	struct node left, right;
	size_t size;

	if (bytes.size <= PIECE_SIZE)
		return hash_piece(bytes, index, 0);
	size = left_size(bytes.size);
	left = hash_pieces(span_of(bytes.data, size), index);
	right = hash_pieces(span_of(bytes.data + size, bytes.size - size),
	    index + size / PIECE_SIZE);
	return hash_parent(&left, &right, 0);
}

uint64_t
piece_count(uint64_t size)
{
	return size == 0 ? 1 : (size - 1) / PIECE_SIZE + 1;
}

struct span
piece_of(struct span bytes, uint64_t index)
{
	size_t at = (size_t)index * PIECE_SIZE;
	size_t rest = bytes.size - at;

	assert(index < piece_count(bytes.size));
	return span_of(bytes.data + at, rest < PIECE_SIZE ? rest : PIECE_SIZE);
}

/* The path inside of one block, whose piece `first` begins `bytes`. */
static size_t
path_inside(struct span bytes, uint64_t first, uint64_t index,
    struct digest *path)
{
	struct span side[2];
	size_t size, count;
	struct node node;
	bool right;

	if (bytes.size <= PIECE_SIZE)
		return 0;
	size = left_size(bytes.size);
	side[0] = span_of(bytes.data, size);
	side[1] = span_of(bytes.data + size, bytes.size - size);
	right = index >= first + size / PIECE_SIZE;
	count = path_inside(side[right],
	    first + (right ? size / PIECE_SIZE : 0), index, path);
	node =
	    hash_pieces(side[!right], first + (right ? 0 : size / PIECE_SIZE));
	path[count] = digest_of(&node);
	return count + 1;
}

/* The part of `size` bytes that block `block` is. */
static size_t
block_size(uint64_t size, uint64_t block)
{
	uint64_t rest = size - block * TREE_BLOCK_SIZE;

	return rest < TREE_BLOCK_SIZE ? (size_t)rest : TREE_BLOCK_SIZE;
}

size_t
piece_path(struct span bytes, uint64_t index, struct digest *path)
{
	uint64_t block = index / PER_BLOCK;
	size_t count;

	assert(index < piece_count(bytes.size));
	count = path_inside(span_of(bytes.data + block * TREE_BLOCK_SIZE,
				block_size(bytes.size, block)),
	    0, index % PER_BLOCK, path);
	return count + tree_path(bytes, block, path + count);
}

/*
 * The node over `size` bytes of a block that begin with its piece `first`;
 * false when the path is too short. What it took of the path is added up.
 */
static bool
climb(size_t size, uint64_t first, uint64_t index, struct span piece,
    const struct digest *path, size_t count, size_t *taken, uint32_t flags,
    struct node *node)
{
	struct node sibling;
	uint64_t rest;
	size_t left;
	bool right;

	if (size <= PIECE_SIZE) {
		*node = hash_piece(piece, index, flags);
		return piece.size == size;
	}
	left = left_size(size);
	rest = first + left / PIECE_SIZE;
	right = index >= rest;
	if (!climb(right ? size - left : left, right ? rest : first, index,
		piece, path, count, taken, 0, node) ||
	    *taken == count)
		return false;
	sibling = node_of(path[(*taken)++].byte);
	*node = right ? hash_parent(&sibling, node, flags)
		      : hash_parent(node, &sibling, flags);
	return true;
}

bool
piece_check(const struct digest *root, uint64_t size, uint64_t index,
    struct span piece, const struct digest *path, size_t count)
{
	uint64_t block = index / PER_BLOCK;
	struct digest leaf;
	struct node node;
	size_t taken = 0;

	if (index >= piece_count(size) ||
	    !climb(block_size(size, block), 0, index % PER_BLOCK, piece, path,
		count, &taken, ROOT, &node))
		return false;
	leaf = digest_of(&node);
	return tree_check_leaf(root, size, block, &leaf, path + taken,
	    count - taken);
}
