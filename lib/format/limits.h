/* SPDX-License-Identifier: ISC */
#ifndef FORMAT_LIMITS_H
#define FORMAT_LIMITS_H

/*
 * The limits on what comes from outside, with their reasons. A limit bounds
 * memory and time before a byte of the thing has been believed. Others stand
 * where the thing does: those of DNS and of the links in net/, which does not
 * know format; those of our own small files in the modules that read them.
 */

/* GF(2^8) has 255 usable rows. */
#define LIMIT_TOTAL 255

/* Below, headers outweigh bytes; above, one stripe outweighs a machine. */
#define LIMIT_SHARD_SIZE_MIN 1024
#define LIMIT_SHARD_SIZE_MAX (16 << 20)

/* total * shard size: what a stripe may make any tool hold, a few times. */
#define LIMIT_STRIPE_SIZE (256 << 20)

/* A stripe record is 32 bytes for each of 255 shards, and some 200 more. */
#define LIMIT_RECORD 16384

/* A label is one line on a terminal. */
#define LIMIT_LABEL 200

/* The same sealed: salt, padded text, tag. */
#define LIMIT_LABEL_BOX 272

/* A signed document: 1 MiB is an index of 2 000 to 8 000 stripes. */
#define LIMIT_DOCUMENT (2 << 20)

/* Stripe records go into one index until they fill this many bytes. */
#define LIMIT_INDEX_RECORDS (1 << 20)

/* Snapshots, and members documents, are numbered up to here: one more wraps. */
#define LIMIT_NUMBER (UINT64_MAX - 1)

/* Indexes of one snapshot: 32 768 of them list some 400 TB at 3 of 5. */
#define LIMIT_INDEXES 32768

/* As many as a roster has peers; the document has 32 KB then. */
#define LIMIT_MEMBERS 1000

/* Members documents of an owner in a store, all of which are read at once. */
#define LIMIT_MEMBERS_DOCUMENTS 4096

/* Voters of a poll: more are no safer, and each costs a ballot and a seal. */
#define LIMIT_VOTERS 256

/* Polls of members at once: a voter holds some 40 MB for each. */
#define LIMIT_POLLS 4

/* Seconds that a poll counts for that does not end: the longest --wait. */
#define LIMIT_POLL_S 604800

/* Items of a poll: a shard at a holder each, 4.7 MB of ids. */
#define LIMIT_ITEMS 131072

/* Pieces that a poll asks of a holder: 460 show 1 % of damage by 99 %. */
#define LIMIT_SAMPLES 10000

/* Shards that all voters are shown one by one: 15 MB of answers. */
#define LIMIT_EACH 10000

/* Pieces that a poll asks for again: the samples of 10 holders, 4.5 MB. */
#define LIMIT_AGAIN 3000

/* Bytes of proofs that a poller wants to carry, three times at most. */
#define LIMIT_CARRIED (14 << 20)

/*
 * A tally with its ballots and the proofs that it rests on, one payload: the
 * samples of 70 holders.
 */
#define LIMIT_TALLY (32 << 20)

/* Proofs, of up to 1000 answers, in one tally: of 100 holders, 10 pages. */
#define LIMIT_PROOFS 1000

/* Orders to drop of one day, that a holder keeps: all items of a poll. */
#define LIMIT_ORDERS (8 << 20)

/* What a voter keeps of a poll: four questions and four answers. */
#define LIMIT_JOURNAL (8 * LIMIT_DOCUMENT + 1024)

/* A certificate with the items that it speaks of. */
#define LIMIT_CERTIFICATE (8 << 20)

/* Evidence against a poller: a tally, and what it is about. */
#define LIMIT_EVIDENCE (LIMIT_TALLY + LIMIT_CERTIFICATE)

/* Shards rebuilt after one poll: a wrong verdict costs no more than that. */
#define LIMIT_REPAIRS 1000

/* Percent of the items that turn bad at once: more is no wear of disks. */
#define LIMIT_TURNED 20

/*
 * Files of an owner that may have so many bytes: a disk pays for each, whatever
 * its length, with a block (4096 bytes, mostly) and an inode. Shards of the
 * smallest size meet the bytes first, and some 1000 documents have room beside
 * them; so give=1G costs 4 GB and 4 MB at worst, and not all there is.
 */
#define LIMIT_FILES(give) (1000 + (give) / LIMIT_SHARD_SIZE_MIN)

/* Ids in one request: all shards of a stripe, and a page of a list. */
#define LIMIT_REQUEST_IDS 1000

/*
 * Puts that a holder owes a receipt for: of one commit, and since it was sent.
 */
#define LIMIT_OWED (2 * LIMIT_REQUEST_IDS)

/* A request or reply without its payload: a page of ids and some more. */
#define LIMIT_MESSAGE (64 << 10)

/*
 * Of a reply, to be taken in the two minutes that a holder waits: who puts 16
 * MiB over a slow wire can get them back, who takes a byte a second cannot
 * stay.
 */
#define LIMIT_TAKEN (64 << 10)

/* What a holder has counted: 17 numbers for each verb, of 64 at most. */
#define LIMIT_COUNTS (16 << 10)

/* A found record: a host and some 100 bytes; as JSON several times that. */
#define LIMIT_FOUND 4096

/* Found records that are read of one source, or from one file. */
#define LIMIT_FOUND_RECORDS 1000

/* Nesting of CBOR: our deepest document has 3 levels, a stranger's 16. */
#define LIMIT_CBOR_DEPTH 16

/*
 * Snapshots of one owner in one store: hourly for eleven years, 3.3 MB of ids.
 */
#define LIMIT_SNAPSHOTS 100000

/*
 * Of them, that a holder takes: what each of 1024 connections brings at once is
 * less than the other half, so who has a copy of the identity cannot bring so
 * many that readers leave the holder out, and with it the past.
 */
#define LIMIT_SNAPSHOTS_TAKEN (LIMIT_SNAPSHOTS / 2)

/* New snapshots on a connection without a commit: our tools have one. */
#define LIMIT_SNAPSHOTS_PUT 16

/*
 * Snapshots that a holder may show as whole and then not give before it is
 * lost: some are dropped in between.
 */
#define LIMIT_BROKEN_PROMISES 100

/*
 * Receipts for one owner that a holder may list: 32 MiB, each for up to 500 MB.
 */
#define LIMIT_RECEIPTS 1000000

/*
 * Of them, that a holder takes: the rest is more than 1024 connections bring.
 */
#define LIMIT_RECEIPTS_TAKEN 400000

/*
 * New receipts on a connection without a commit: our tools put so many at once.
 */
#define LIMIT_RECEIPTS_PUT (LIMIT_REQUEST_IDS / 2)

/* Shards that a holder may list to be counted: 128 MiB, some 16 TB. */
#define LIMIT_INVENTORY (1 << 24)

#endif
