/* SPDX-License-Identifier: ISC */
/*
 * The tree hash against RFC 9162's recursive definition written out slowly,
 * against roots from a second implementation of all of it, and every path of
 * every block, whole and spoilt.
 */
#include "crypto/tree.h"

#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define BLOCK TREE_BLOCK_SIZE
#define BLOCKS_MAX 64

static int failures;
static uint8_t input[BLOCKS_MAX * TREE_BLOCK_SIZE];
static const size_t sizes[] = {
    /* the edges of a block, trees of every shape, a full one */
    0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK, 4 * BLOCK + 7,
    5 * BLOCK, 6 * BLOCK + 1, 7 * BLOCK, sizeof input};

static void
check(bool good, size_t size, size_t index, const char *what)
{
	if (good)
		return;
	printf("crypto_tree: %zu bytes, block %zu: %s\n", size, index, what);
	failures++;
}

static size_t
count_blocks(size_t size)
{
	return size == 0 ? 1 : (size + BLOCK - 1) / BLOCK;
}

static struct span
block_of(size_t size, size_t index)
{
	size_t start = index * BLOCK, rest = size - start;

	return span_of(input + start, rest < BLOCK ? rest : BLOCK);
}

static struct digest
keyed(const char *role, struct span bytes)
{
	struct secret key = {{0}};

	memcpy(key.byte, role, strlen(role));
	return digest_from(hash_keyed(&key, bytes).byte);
}

/* MTH(D[first:last]) of section 2.1.1 over blocks of the input. */
static struct digest
slow_root(size_t size, size_t first, size_t last)
{
	struct digest both[2];
	size_t k = 1;

	if (last - first == 1)
		return keyed("shardkit tree leaf", block_of(size, first));
	while (k * 2 < last - first)
		k *= 2;
	both[0] = slow_root(size, first, first + k);
	both[1] = slow_root(size, first + k, last);
	return keyed("shardkit tree node", span_of(both, sizeof both));
}

/* What a peer could send: no size, index or count makes it go astray. */
static void
absurd_proofs_are_refused(void)
{
	static const uint64_t odd[] = {0, 1, BLOCK, BLOCK + 1, UINT64_MAX / 2,
	    UINT64_MAX - 1, UINT64_MAX};
	static const struct digest path[TREE_PATH_MAX], root;
	struct span block = span_of(input, BLOCK);
	size_t i, j, count;

	for (i = 0; i < sizeof odd / sizeof *odd; i++)
		for (j = 0; j < sizeof odd / sizeof *odd; j++)
			for (count = 0; count <= TREE_PATH_MAX; count++)
				check(!tree_check(&root, odd[i], odd[j], block,
					  path, count),
				    (size_t)odd[i], (size_t)odd[j],
				    "an absurd proof passes");
	check(!tree_check(&root, 0, 0, (struct span){0}, NULL, 0), 0, 0,
	    "a wrong root of nothing passes");
}

/* A root of right shape that is reached by no leaf. */
static void
nodes_are_not_leaves(void)
{
	struct digest both[2], root = tree_root(span_of(input, 2 * BLOCK));

	both[0] = tree_root(span_of(input, BLOCK));
	both[1] = tree_root(span_of(input + BLOCK, BLOCK));
	check(!tree_check(&root, sizeof both, 0, span_of(both, sizeof both),
		  NULL, 0),
	    2 * BLOCK, 0, "a node passes as a leaf");
}

static void
spoilt_path(const struct digest *root, size_t size, size_t index,
    struct digest *path, size_t count)
{
	struct span block = block_of(size, index);
	size_t i;

	for (i = 0; i < count * 256; i++) {
		path[i / 256].byte[i % 256 / 8] ^= (uint8_t)(1 << i % 8);
		check(!tree_check(root, size, index, block, path, count), size,
		    index, "a spoilt path passes");
		path[i / 256].byte[i % 256 / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i <= count + 1; i++)
		check(tree_check(root, size, index, block, path, i) ==
			(i == count),
		    size, index, "a path of another length passes");
}

static void
spoilt_block(const struct digest *root, size_t size, size_t index,
    const struct digest *path, size_t count)
{
	struct span block = block_of(size, index);
	uint8_t copy[TREE_BLOCK_SIZE + 1] = {0};
	size_t i;

	if (block.size > 0)
		memcpy(copy, block.data, block.size);
	for (i = 0; i < block.size * 8; i += 1 + block.size * 3 / 4) {
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
		check(!tree_check(root, size, index, span_of(copy, block.size),
			  path, count),
		    size, index, "a spoilt block passes");
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	check(!tree_check(root, size, index, span_of(copy, block.size + 1),
		  path, count),
	    size, index, "a longer block passes");
	check(block.size == 0 ||
		!tree_check(root, size, index, span_of(copy, block.size - 1),
		    path, count),
	    size, index, "a shorter block passes");
}

static void
wrong_place(const struct digest *root, size_t size, size_t index,
    const struct digest *path, size_t count)
{
	struct span block = block_of(size, index);
	struct digest other = *root;
	size_t i, blocks = count_blocks(size);

	for (i = 0; i <= blocks; i++)
		check(tree_check(root, size, i, block, path, count) ==
			(i == index),
		    size, index, "another index passes");
	if (index == blocks - 1) {
		check(!tree_check(root, size + 1, index, block, path, count),
		    size, index, "a larger size passes");
		check(!tree_check(root, size - 1, index, block, path, count),
		    size, index, "a smaller size passes");
	}
	other.byte[index % 32] ^= 0x80;
	check(!tree_check(&other, size, index, block, path, count), size, index,
	    "another root passes");
}

static void
every_block(size_t size)
{
	struct span bytes = span_of(input, size);
	struct digest path[TREE_PATH_MAX + 1] = {{{0}}}, root;
	size_t index, count;

	root = tree_root(bytes);
	for (index = 0; index < count_blocks(size); index++) {
		count = tree_path(bytes, index, path);
		check(count <= 6, size, index, "the path is too long");
		check(tree_check(&root, size, index, block_of(size, index),
			  path, count),
		    size, index, "the proof does not pass");
		spoilt_path(&root, size, index, path, count);
		spoilt_block(&root, size, index, path, count);
		wrong_place(&root, size, index, path, count);
	}
}

/* Bytes that come in parts have the same root, however many blocks at once. */
static void
parts_of_blocks(size_t size, const struct digest *root)
{
	struct digest other;
	struct tree tree;
	size_t at, part, rest;

	for (part = BLOCK; part <= 5 * BLOCK; part += BLOCK) {
		memset(&tree, 0, sizeof tree);
		for (at = 0; at < size; at += part) {
			rest = size - at;
			tree_add(&tree,
			    span_of(input + at, rest < part ? rest : part));
		}
		tree_add(&tree, (struct span){0});
		other = tree_end(&tree);
		check(digest_equal(root, &other), size, part / BLOCK,
		    "another root in parts of so many blocks");
	}
}

static void
roots_of_another_program(void)
{
	static const struct {
		size_t size;
		const char *root;
	} known[] = {/* the bytes are 0, 1 .. 250, 0, 1 .. */
	    {0,
		"2505f0174fe29124d3226d20786d7427"
		"ff037b6514cd0c6db3be77afac827877"},
	    {16384,
		"9b8891c3d1ef927d17ac47d43c72257f"
		"1cc9747175f3cd2648ec57165befea39"},
	    {16385,
		"2ee36c8ff86acbd999213b6764fed59d"
		"d0ebaaf96b5f27102f24a2634bcccb0a"},
	    {81921,
		"9471a18927e806e9dc1ba4dee6a2e53c"
		"3461cf322b86fd86c6909fdad46d60f0"}};
	char text[DIGEST_HEX_SIZE];
	struct digest root;
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++) {
		root = tree_root(span_of(input, known[i].size));
		digest_hex(&root, text);
		check(strcmp(text, known[i].root) == 0, known[i].size, 0,
		    "not the known root");
	}
}

int
main(void)
{
	struct digest root, slow;
	size_t i;

	for (i = 0; i < sizeof input; i++)
		input[i] = (uint8_t)(i % 251);
	absurd_proofs_are_refused();
	nodes_are_not_leaves();
	roots_of_another_program();
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		root = tree_root(span_of(input, sizes[i]));
		slow = slow_root(sizes[i], 0, count_blocks(sizes[i]));
		check(digest_equal(&root, &slow), sizes[i], 0,
		    "not the root of the definition");
		parts_of_blocks(sizes[i], &slow);
		every_block(sizes[i]);
	}
	return failures != 0;
}
