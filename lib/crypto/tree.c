/* SPDX-License-Identifier: ISC */
#include "crypto/tree.h"

#include <assert.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

/* Keys known to all: they only tell a leaf from a node. */
const struct secret tree_leaf_key = {.byte = "shardkit tree leaf"};
static const struct secret node_key = {.byte = "shardkit tree node"};

static struct digest
leaf(struct span block)
{
	return digest_from(hash_keyed(&tree_leaf_key, block).byte);
}

static struct digest
node(const struct digest *left, const struct digest *right)
{
	struct digest both[2] = {*left, *right};

	return digest_from(
	    hash_keyed(&node_key, span_of(both, sizeof both)).byte);
}

/* The bytes of the left subtree: 2^i blocks, as many as leave a rest. */
static uint64_t
left_size(uint64_t size)
{
	uint64_t left = TREE_BLOCK_SIZE;

	while (left < size - left)
		left *= 2;
	return left;
}

static void
cut(struct span bytes, struct span *left, struct span *right)
{
	size_t size = (size_t)left_size(bytes.size);

	*left = span_of(bytes.data, size);
	*right = span_of(bytes.data + size, bytes.size - size);
}

/* As one is added to a number: two roots over as many blocks become one. */
static void
add_leaf(struct tree *tree, struct digest root)
{
	uint64_t carry = tree->count++;
	size_t i;

	for (i = 0; (carry & 1) != 0; carry >>= 1)
		root = node(&tree->root[i++], &root);
	tree->root[i] = root;
}

void
tree_add(struct tree *tree, struct span bytes)
{
	size_t at, rest;

	for (at = 0; at < bytes.size; at += TREE_BLOCK_SIZE) {
		rest = bytes.size - at;
		add_leaf(tree,
		    leaf(span_of(bytes.data + at,
			rest < TREE_BLOCK_SIZE ? rest : TREE_BLOCK_SIZE)));
	}
}

/* The last blocks are in the smallest trees, and below all others. */
struct digest
tree_end(const struct tree *tree)
{
	struct digest root;
	uint64_t bits = tree->count;
	bool any = false;
	size_t i;

	if (bits == 0)
		return leaf((struct span){0});
	for (i = 0; bits != 0; i++, bits >>= 1) {
		if ((bits & 1) == 0)
			continue;
		root = any ? node(&tree->root[i], &root) : tree->root[i];
		any = true;
	}
	return root;
}

struct digest
tree_root(struct span bytes)
{
	struct tree tree;

	tree.count = 0;
	tree_add(&tree, bytes);
	return tree_end(&tree);
}

size_t
tree_path(struct span bytes, uint64_t index, struct digest *path)
{
	struct span left, right;
	size_t count;

	if (bytes.size <= TREE_BLOCK_SIZE) {
		assert(index == 0);
		return 0;
	}
	cut(bytes, &left, &right);
	if (index < left.size / TREE_BLOCK_SIZE) {
		count = tree_path(left, index, path);
		path[count] = tree_root(right);
	} else {
		index -= left.size / TREE_BLOCK_SIZE;
		count = tree_path(right, index, path);
		path[count] = tree_root(left);
	}
	return count + 1;
}

/*
 * The root that `path` leads to from a leaf; false when the shapes do not
 * agree.
 */
static bool
climb(uint64_t size, uint64_t index, const struct digest *from,
    const struct digest *path, size_t count, struct digest *root)
{
	uint64_t left;

	if (size <= TREE_BLOCK_SIZE) {
		*root = *from;
		return index == 0 && count == 0;
	}
	if (count == 0)
		return false;
	count--;
	left = left_size(size);
	if (index < left / TREE_BLOCK_SIZE) {
		if (!climb(left, index, from, path, count, root))
			return false;
		*root = node(root, &path[count]);
	} else {
		index -= left / TREE_BLOCK_SIZE;
		if (!climb(size - left, index, from, path, count, root))
			return false;
		*root = node(&path[count], root);
	}
	return true;
}

bool
tree_check_leaf(const struct digest *root, uint64_t size, uint64_t index,
    const struct digest *from, const struct digest *path, size_t count)
{
	struct digest reached;

	return climb(size, index, from, path, count, &reached) &&
	    digest_equal(root, &reached);
}

/* How long block `index` of `size` bytes is; 0 also when there is none. */
static size_t
block_size(uint64_t size, uint64_t index)
{
	uint64_t rest;

	if (index > size / TREE_BLOCK_SIZE)
		return 0;
	rest = size - index * TREE_BLOCK_SIZE;
	return rest < TREE_BLOCK_SIZE ? (size_t)rest : TREE_BLOCK_SIZE;
}

bool
tree_check(const struct digest *root, uint64_t size, uint64_t index,
    struct span block, const struct digest *path, size_t count)
{
	struct digest from;

	if (block.size != block_size(size, index))
		return false;
	from = leaf(block);
	return tree_check_leaf(root, size, index, &from, path, count);
}
