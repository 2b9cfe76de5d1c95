/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_TREE_H
#define CRYPTO_TREE_H

/*
 * The tree hash that names shards: a binary tree over blocks of 16 KiB (the
 * last may be shorter), shaped as the Merkle tree of RFC 9162 section 2.1.1.
 * A leaf is BLAKE3-keyed("shardkit tree leaf", block), a node is
 * BLAKE3-keyed("shardkit tree node", left | right); these public keys, ASCII
 * padded with zeros to 32 bytes, keep the two apart as the RFC's 0x00 and
 * 0x01 do, but leave the blocks aligned: twice the speed. The tree of no bytes
 * is the leaf of the empty block. One block can so be proved to belong to a
 * shard by a path of a few digests.
 */

#include "base/bytes.h"

struct secret;

#define TREE_BLOCK_SIZE ((size_t)16384)

/* The root over all of `bytes`. */
struct digest tree_root(struct span bytes);

/* No tree is higher. */
#define TREE_PATH_MAX 48

/*
 * The same of bytes that come in parts, whole blocks each but the last: a tree
 * of zeroes, to which they are added, and its root at their end.
 */
struct tree {
	uint64_t count;			   /* of blocks */
	struct digest root[TREE_PATH_MAX]; /* of one of 2^i for each bit set */
};
void tree_add(struct tree *tree, struct span bytes);
struct digest tree_end(const struct tree *tree);

/*
 * The proof for block `index` (RFC 9162 section 2.1.3): the siblings from the
 * leaf up to the root, into `path`, which has room for TREE_PATH_MAX digests.
 * Returns their number. `index` must exist; no bytes are one empty block.
 */
size_t tree_path(struct span bytes, uint64_t index, struct digest *path);

/*
 * Whether `block` is block `index` of the `size` bytes whose root is `root`.
 * `block`, `path` and its `count` may come from anyone; `size` must come from
 * where `root` comes, since a path proves a size only for the last block.
 * (RFC 9162 section 2.1.3.2)
 */
bool tree_check(const struct digest *root, uint64_t size, uint64_t index,
    struct span block, const struct digest *path, size_t count);

/* The same with the leaf in place of its block, whose size is not proved. */
bool tree_check_leaf(const struct digest *root, uint64_t size, uint64_t index,
    const struct digest *leaf, const struct digest *path, size_t count);

/* What a leaf is keyed with: no secret, whatever its type. */
extern const struct secret tree_leaf_key;

#endif
