/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_PIECE_H
#define CRYPTO_PIECE_H

/*
 * A piece is 1 KiB of a shard, the last one maybe less: the smallest part that
 * can be proved to belong to it. A leaf of the tree hash (crypto/tree.h) is a
 * BLAKE3 hash, and that is a tree itself, over pieces (its "chunks", section
 * 2.1 of its specification) and in the same shape. So the way from a piece to
 * the shard's id is one path of digests, up to four of BLAKE3's inner nodes
 * and then those of tree_path. BLAKE3's C library gives no inner node away, so
 * they are computed here once more, for the one leaf that a path goes through;
 * what comes out must be the root that the library leads to.
 */

#include "crypto/tree.h"

#define PIECE_SIZE ((size_t)1024)
#define PIECE_PATH_MAX (4 + TREE_PATH_MAX)

/* How many pieces `size` bytes have; no bytes are one empty piece. */
uint64_t piece_count(uint64_t size);

/* Piece `index` of them, which must exist. */
struct span piece_of(struct span bytes, uint64_t index);

/*
 * The siblings from piece `index`, which must exist, up to tree_root(bytes),
 * into `path`, which has room for PIECE_PATH_MAX. Returns their number.
 */
size_t piece_path(struct span bytes, uint64_t index, struct digest *path);

/*
 * Whether `piece` is piece `index` of the `size` bytes whose tree root is
 * `root`. What may come from whom is as with tree_check.
 */
bool piece_check(const struct digest *root, uint64_t size, uint64_t index,
    struct span piece, const struct digest *path, size_t count);

#endif
